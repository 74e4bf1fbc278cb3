/* SPDX-License-Identifier: MIT */
#include "sql/valid_text.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum { SEQUENCE = 3, ESCAPE = 6 }; /* bytes of a surrogate, and of its escape */

/* The next surrogate from p on; `end` if there is none. */
static const unsigned char *surrogate_from(const unsigned char *p, const unsigned char *end)
{
  while ((p = memchr(p, 0xed, (size_t)(end - p)))) {
    if (end - p >= SEQUENCE && p[1] >= 0xa0) return p;
    p++;
  }
  return end;
}

static char *escaped(const unsigned char *p, const unsigned char *end, size_t *length)
{
  size_t surrogates = 0;
  for (const unsigned char *at = surrogate_from(p, end); at < end; at = surrogate_from(at + SEQUENCE, end))
    surrogates++;
  *length = (size_t)(end - p) + surrogates * (ESCAPE - SEQUENCE);
  char *text = sqlite3_malloc64(*length + 1), *out = text;
  while (text && p < end) {
    const unsigned char *at = surrogate_from(p, end);
    memcpy(out, p, (size_t)(at - p));
    out += at - p;
    if (at == end) break;
    snprintf(out, ESCAPE + 1, "\\u%04x", (unsigned)dryad_utf8_code_point(at, SEQUENCE));
    out += ESCAPE;
    p = at + SEQUENCE;
  }
  return text;
}

static void valid_utf8(sqlite3_context *context, int argc, sqlite3_value **values)
{
  (void)argc;
  const unsigned char *text = sqlite3_value_type(values[0]) == SQLITE_TEXT ? sqlite3_value_text(values[0]) : NULL;
  size_t length = text ? (size_t)sqlite3_value_bytes(values[0]) : 0;
  if (length == 0 || surrogate_from(text, text + length) == text + length) {
    sqlite3_result_value(context, values[0]);
    return;
  }
  char *valid = escaped(text, text + length, &length);
  if (valid)
    sqlite3_result_text64(context, valid, length, sqlite3_free, SQLITE_UTF8);
  else
    sqlite3_result_error_nomem(context);
}

int dryad_valid_text_register(sqlite3 *handle)
{
  return sqlite3_create_function_v2(handle, "valid_utf8", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                    NULL, valid_utf8, NULL, NULL, NULL);
}
