/* SPDX-License-Identifier: MIT */
#include "formats/json/json_write.h"

#include <math.h>
#include <string.h>

#include "base/characters.h"
#include "base/float_text.h"
#include "base/latin1.h"
#include "base/utf8.h"

/* ---- numbers ---- */

bool dryad_json_put_unsigned(dryad_buffer *buffer, uint64_t number)
{
  char digits[20], *p = digits + sizeof digits;
  do *--p = (char)('0' + number % 10);
  while (number /= 10);
  return dryad_buffer_append(buffer, p, (size_t)(digits + sizeof digits - p));
}

bool dryad_json_put_integer(dryad_buffer *buffer, int64_t number)
{
  if (number >= 0) return dryad_json_put_unsigned(buffer, (uint64_t)number);
  return dryad_json_put_text(buffer, "-") && dryad_json_put_unsigned(buffer, 0 - (uint64_t)number);
}

bool dryad_json_put_float(dryad_buffer *buffer, double number, dryad_json_dialect dialect)
{
  char text[DRYAD_FLOAT_TEXT];
  bool is_dump = dialect == DRYAD_JSON_DUMP;
  if (isnan(number)) return dryad_json_put_text(buffer, is_dump ? "\"nan\"" : "null");
  if (isinf(number)) return dryad_json_put_text(buffer, number < 0 ? "-1e999" : "1e999");
  size_t length = dryad_float_text(text, number);
  bool is_whole = length > 2 && memcmp(text + length - 2, ".0", 2) == 0;
  bool is_exact = number != 0 || !signbit(number); /* an integer has no sign of zero */
  if (!is_dump && is_whole && is_exact) length -= 2;
  return dryad_buffer_append(buffer, text, length);
}

/* ---- strings ---- */

/* BYTES: bytes in a dump. */
typedef enum kind { STANDARD, DUMP, BYTES } kind;

typedef struct encoding {
  kind as;
  bool is_latin1; /* STANDARD: the text is not UTF-8 */
  bool is_script; /* STANDARD: no markup */
} encoding;

static bool put_escape(dryad_buffer *buffer, uint32_t unit)
{
  static const char digits[] = "0123456789abcdef";
  char escape[6] = {
      '\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};
  return dryad_buffer_append(buffer, escape, sizeof escape);
}

static bool put_backslashed(dryad_buffer *buffer, unsigned char c)
{
  char escape[2] = {'\\', (char)c};
  return dryad_buffer_append(buffer, escape, sizeof escape);
}

static bool is_markup(unsigned char c) { return c == '<' || c == '>' || c == '&'; }

/* An ASCII character that needs an escape. */
static bool put_special(dryad_buffer *buffer, unsigned char c, encoding how)
{
  static const char names[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
  if (is_markup(c)) return put_escape(buffer, c);
  if (c >= 0x20 && c < 0x7f) return put_backslashed(buffer, c);
  if (how.as == STANDARD && c < sizeof names && names[c]) return put_backslashed(buffer, (unsigned char)names[c]);
  return put_escape(buffer, c);
}

/* One escape, or two for a character beyond 16 bits. */
static bool put_escaped_character(dryad_buffer *buffer, uint32_t c)
{
  if (c < 0x10000) return put_escape(buffer, c);
  return put_escape(buffer, 0xd7c0 + (c >> 10)) && put_escape(buffer, 0xdc00 | (c & 0x3ff));
}

/* Reads the character at *p, which is not ASCII, and advances *p past it. */
static bool put_sequence(dryad_buffer *buffer, const unsigned char **p, const unsigned char *end, encoding how)
{
  const unsigned char *start = *p;
  if (how.as == BYTES) return put_escape(buffer, *(*p)++);
  if (how.is_latin1) {
    char utf8[2];
    ++*p;
    if (dryad_is_hidden(*start)) return put_escape(buffer, *start);
    dryad_latin1_to_utf8(utf8, (dryad_text){(const char *)start, 1});
    return dryad_buffer_append(buffer, utf8, sizeof utf8);
  }
  bool is_valid;
  unsigned length = dryad_utf8_sequence(start, end, &is_valid);
  *p += length;
  uint32_t c = is_valid ? dryad_utf8_code_point(start, length) : 0xfffd;
  if (how.as == DUMP || dryad_is_hidden(c)) return put_escaped_character(buffer, c);
  return dryad_buffer_append(buffer, start, length);
}

static inline bool needs_escape(unsigned char c, encoding how)
{
  return c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || (how.as != STANDARD && c == '/') ||
         (how.is_script && is_markup(c));
}

static bool put_string(dryad_buffer *buffer, dryad_text text, encoding how)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  if (!dryad_json_put_text(buffer, "\"")) return false;
  while (p < end) {
    const unsigned char *start = p;
    while (p < end && !needs_escape(*p, how)) p++;
    if (!dryad_buffer_append(buffer, start, (size_t)(p - start))) return false;
    if (p == end) break;
    if (!(*p < 0x80 ? put_special(buffer, *p++, how) : put_sequence(buffer, &p, end, how))) return false;
  }
  return dryad_json_put_text(buffer, "\"");
}

bool dryad_json_put_string(dryad_buffer *buffer, dryad_text text, dryad_json_dialect dialect)
{
  if (dialect == DRYAD_JSON_DUMP) return put_string(buffer, text, (encoding){.as = DUMP});
  return put_string(buffer, text,
                    (encoding){.is_latin1 = !dryad_utf8_is_valid(text), .is_script = dialect == DRYAD_JSON_SCRIPT});
}

bool dryad_json_put_bytes(dryad_buffer *buffer, dryad_text bytes)
{
  return put_string(buffer, bytes, (encoding){.as = BYTES});
}
