/* SPDX-License-Identifier: MIT */
#include "base/valid_utf8.h"

#include <stdio.h>

#include "base/latin1.h"
#include "base/utf8.h"

enum { SURROGATE = 3, ESCAPE = 6 }; /* bytes of a surrogate, and of its escape */

dryad_text_encoding dryad_encoding_of(dryad_text text)
{
  size_t i = 0;
  while (i < text.length && (unsigned char)text.data[i] < 0x80) i++;
  if (i == text.length) return DRYAD_ASCII;
  return dryad_utf8_is_valid((dryad_text){text.data + i, text.length - i}) ? DRYAD_UTF8 : DRYAD_LATIN1;
}

static bool put_latin1(dryad_buffer *buffer, dryad_text text)
{
  size_t length = dryad_latin1_length(text);
  if (!dryad_buffer_reserve(buffer, length)) return false;
  dryad_latin1_to_utf8(buffer->data + buffer->length, text);
  buffer->length += length;
  return true;
}

/* The first surrogate in UTF-8 from p on; `end` if there is none. */
static const char *find_surrogate(const char *p, const char *end)
{
  while ((p = memchr(p, 0xed, (size_t)(end - p)))) {
    if ((unsigned char)p[1] >= 0xa0) return p;
    p += SURROGATE;
  }
  return end;
}

static bool put_escape(dryad_buffer *buffer, const char *surrogate)
{
  char escape[ESCAPE + 1];
  snprintf(escape, sizeof escape, "\\u%04x",
           (unsigned)dryad_utf8_code_point((const unsigned char *)surrogate, SURROGATE));
  return dryad_buffer_append(buffer, escape, ESCAPE);
}

bool dryad_put_valid_utf8(dryad_buffer *buffer, dryad_text text, dryad_text_encoding encoding, uint64_t *escapes)
{
  DRYAD_ASSERT(escapes && (text.data || text.length == 0));
  if (encoding == DRYAD_ASCII || text.length == 0) return dryad_buffer_append(buffer, text.data, text.length);
  if (encoding == DRYAD_LATIN1) return put_latin1(buffer, text);
  const char *p = text.data, *end = p + text.length;
  for (;;) {
    const char *surrogate = find_surrogate(p, end);
    if (!dryad_buffer_append(buffer, p, (size_t)(surrogate - p))) return false;
    if (surrogate == end) return true;
    if (!put_escape(buffer, surrogate)) return false;
    ++*escapes;
    p = surrogate + SURROGATE;
  }
}
