/* SPDX-License-Identifier: MIT */
#include "runtime/python/python_text.h"

#include <string.h>

#include "base/assert.h"
#include "base/float_text.h"
#include "base/utf8.h"
#include "runtime/runtime.h"

/* Characters from U+00A0 on that Python escapes: format and control characters, spaces other than the space, private
   use, surrogates and non-characters. */
static bool is_hidden(uint32_t point)
{
  static const struct range {
    uint32_t first, last;
  } hidden[] = {{0xa0, 0xa0},       {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},     {0x6dd, 0x6dd},
                {0x70f, 0x70f},     {0x8e2, 0x8e2},     {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f},
                {0x2028, 0x202f},   {0x205f, 0x206f},   {0x3000, 0x3000},   {0xd800, 0xf8ff},   {0xfeff, 0xfeff},
                {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
                {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff}};
  for (size_t i = 0; i < sizeof hidden / sizeof *hidden && hidden[i].first <= point; i++)
    if (point <= hidden[i].last) return true;
  return false;
}

bool dryad_python_is_plain_name(dryad_text text)
{
  if (!dryad_utf8_is_identifier(text)) return false;
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  while (p < end) {
    bool is_valid;
    const unsigned length = dryad_utf8_sequence(p, end, &is_valid);
    if (is_hidden(dryad_utf8_code_point(p, length))) return false;
    p += length;
  }
  return true;
}

/* A character beyond ASCII. */
static void put_character(dryad_writer *w, const unsigned char *p, unsigned length, bool is_valid, bool as_ascii)
{
  uint32_t point = is_valid ? dryad_utf8_code_point(p, length) : 0;
  if (!is_valid)
    for (unsigned i = 0; i < length; i++) dryad_put_format(w, "\\x%02x", p[i]);
  else if (point >= 0xa0 && !as_ascii && !is_hidden(point))
    dryad_put(w, p, length);
  else
    dryad_put_format(w, point < 0x100 ? "\\x%02x" : point < 0x10000 ? "\\u%04x" : "\\U%08x", point);
}

/* A character shown as it is. */
static bool is_plain(unsigned char c, char mark)
{
  return c >= 0x20 && c < 0x7f && c != '\\' && c != (unsigned char)mark;
}

/* A character that needs an escape. */
static void put_ascii_character(dryad_writer *w, unsigned char c)
{
  static const char named[] = "\nn\rr\tt\\\\";
  for (const char *p = named; *p; p += 2) {
    if (c != (unsigned char)*p) continue;
    dryad_put_format(w, "\\%c", p[1]);
    return;
  }
  dryad_put_format(w, c < 0x20 || c == 0x7f ? "\\x%02x" : "\\%c", c);
}

void dryad_put_escaped(dryad_writer *w, dryad_text text, char mark, dryad_python_kind kind)
{
  DRYAD_ASSERT(text.data || text.length == 0);
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  while (p < end) {
    const unsigned char *start = p;
    bool is_valid = false;
    while (p < end && is_plain(*p, mark)) p++;
    dryad_put_ascii_bytes(w, (const char *)start, (size_t)(p - start));
    if (p == end) return;
    unsigned length = kind == DRYAD_PYTHON_BYTES ? 1 : dryad_utf8_sequence(p, end, &is_valid);
    if (*p < 0x80)
      put_ascii_character(w, *p);
    else
      put_character(w, p, length, is_valid, kind == DRYAD_PYTHON_ASCII);
    p += length;
  }
}

/* As many whole characters of the beginning as have at most `most` bytes when they are escaped. */
static dryad_text beginning(dryad_text text, char mark, dryad_python_kind kind, size_t most)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  dryad_writer counter = {0};
  size_t length = 0;
  while (p < end) {
    bool is_valid;
    unsigned next = kind == DRYAD_PYTHON_BYTES ? 1 : dryad_utf8_sequence(p, end, &is_valid);
    dryad_put_escaped(&counter, (dryad_text){(const char *)p, next}, mark, kind);
    if (counter.needed > most) break;
    p += next;
    length += next;
  }
  return (dryad_text){text.data, length};
}

static char quote_for(dryad_text text)
{
  return memchr(text.data, '\'', text.length) && !memchr(text.data, '"', text.length) ? '"' : '\'';
}

bool dryad_put_quoted_label(dryad_writer *w, const char *prefix, dryad_text text, dryad_python_kind kind)
{
  const size_t surely_fits = DRYAD_LABEL_TEXT / 4; /* no escape has more than four bytes for each byte */
  const dryad_text shown = text.length <= surely_fits ? text : beginning(text, quote_for(text), kind, DRYAD_LABEL_TEXT);
  bool is_whole = shown.length == text.length;
  dryad_put_quoted(w, prefix, shown, kind);
  if (!is_whole) dryad_put_ascii(w, "...");
  return is_whole;
}

void dryad_put_quoted(dryad_writer *w, const char *prefix, dryad_text text, dryad_python_kind kind)
{
  char mark = quote_for(text);
  dryad_put_format(w, "%s%c", prefix, mark);
  dryad_put_escaped(w, text, mark, kind);
  dryad_put(w, &mark, 1);
}

void dryad_put_scalar(dryad_writer *w, dryad_value value)
{
  char number[DRYAD_FLOAT_TEXT];
  switch (value.kind) {
  case DRYAD_VALUE_BOOLEAN: dryad_put_ascii(w, value.boolean ? "True" : "False"); break;
  case DRYAD_VALUE_INTEGER: dryad_put_format(w, "%lld", (long long)value.integer); break;
  case DRYAD_VALUE_FLOAT:
    dryad_float_text(number, value.real);
    dryad_put_ascii(w, number);
    break;
  default: break;
  }
}
