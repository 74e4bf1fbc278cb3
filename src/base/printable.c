/* SPDX-License-Identifier: MIT */
#include "base/printable.h"

#include <stdio.h>

#include "base/assert.h"
#include "base/characters.h"
#include "base/utf8.h"

enum {
  MOST_MARKS = 8,           /* that combine with one character */
  LONGEST = 10 + 1,         /* an escape and its NUL */
  FIRST_BEYOND_ASCII = 0x80 /* the code point */
};

typedef struct cursor {
  const unsigned char *p, *end;
  dryad_text_form form;
  unsigned marks; /* since the last character; MOST_MARKS: there is none to combine with */
} cursor;

static cursor cursor_at(dryad_text text, dryad_text_form form)
{
  const unsigned char *start = (const unsigned char *)text.data;
  return (cursor){start, start + text.length, form, MOST_MARKS};
}

/* The length of one of Dryad's own styles, or 0. */
static unsigned style_length(const unsigned char *p, const unsigned char *end)
{
  if (end - p >= 4 && p[1] == '[' && p[2] >= '0' && p[2] <= '2' && p[3] == 'm') return 4;
  if (end - p >= 5 && p[1] == '[' && p[2] == '3' && p[3] >= '1' && p[3] <= '6' && p[4] == 'm') return 5;
  return 0;
}

static unsigned write_escape(char escape[LONGEST], unsigned long code)
{
  const char *format = code < 0x100 ? "\\x%02lx" : code < 0x10000 ? "\\u%04lx" : "\\U%08lx";
  return (unsigned)snprintf(escape, LONGEST, format, code);
}

/* A control character of ASCII: as `step`. */
static unsigned step_control(cursor *c, char escape[LONGEST], unsigned *escaped)
{
  const unsigned char byte = *c->p;
  const bool is_blank = byte == '\n' || byte == '\t',
             is_one_line = c->form == DRYAD_ONE_LINE || c->form == DRYAD_ASCII_LINE;
  const unsigned style = c->form == DRYAD_STYLED_LINES && byte == '\33' ? style_length(c->p, c->end) : 0;
  if (style) return style;
  c->marks = MOST_MARKS;
  if (is_blank && !is_one_line) return 1;
  if (is_blank)
    *escaped = (unsigned)snprintf(escape, LONGEST, byte == '\n' ? "\\n" : "\\t");
  else
    *escaped = write_escape(escape, byte);
  return 1;
}

/* The length of what is next, which is not moved past; *escaped is the length of the escape in its place, or 0 if it
   stays. */
static unsigned step(cursor *c, char escape[LONGEST], unsigned *escaped)
{
  *escaped = 0;
  if (*c->p < ' ' || *c->p == '\x7f') return step_control(c, escape, escaped);
  if (*c->p < FIRST_BEYOND_ASCII) {
    c->marks = 0;
    return 1;
  }
  bool is_valid;
  unsigned length = dryad_utf8_sequence(c->p, c->end, &is_valid);
  if (!is_valid) length = 1;
  const uint32_t point = is_valid ? dryad_utf8_code_point(c->p, length) : *c->p;
  const bool is_mark = is_valid && dryad_character_columns(point) == 0;
  if (!is_valid || dryad_is_hidden(point) || (is_mark && c->marks == MOST_MARKS) || c->form == DRYAD_ASCII_LINE) {
    *escaped = write_escape(escape, point);
    c->marks = MOST_MARKS;
  } else {
    c->marks = is_mark ? c->marks + 1 : 0;
  }
  return length;
}

bool dryad_put_printable(dryad_text text, dryad_text_form form, dryad_put_bytes *put, void *context)
{
  DRYAD_ASSERT(put && (text.data || text.length == 0));
  cursor c = cursor_at(text, form);
  const unsigned char *kept = c.p; /* what stays from here on is not written yet */
  while (c.p < c.end) {
    char escape[LONGEST];
    unsigned escaped;
    const unsigned length = step(&c, escape, &escaped);
    if (escaped &&
        ((c.p > kept && !put(context, (const char *)kept, (size_t)(c.p - kept))) || !put(context, escape, escaped)))
      return false;
    c.p += length;
    if (escaped) kept = c.p;
  }
  return c.p == kept || put(context, (const char *)kept, (size_t)(c.p - kept));
}

bool dryad_is_printable(dryad_text text, dryad_text_form form)
{
  DRYAD_ASSERT(text.data || text.length == 0);
  cursor c = cursor_at(text, form);
  while (c.p < c.end) {
    char escape[LONGEST];
    unsigned escaped;
    c.p += step(&c, escape, &escaped);
    if (escaped) return false;
  }
  return true;
}

size_t dryad_text_columns(dryad_text text)
{
  size_t taken;
  dryad_text_beginning(text, SIZE_MAX, &taken);
  return taken;
}

size_t dryad_text_beginning(dryad_text text, size_t columns, size_t *taken)
{
  DRYAD_ASSERT(taken && (text.data || text.length == 0));
  const unsigned char *start = (const unsigned char *)text.data, *p = start, *end = start + text.length;
  *taken = 0;
  while (p < end) {
    bool is_valid = true;
    const unsigned length = *p < FIRST_BEYOND_ASCII ? 1 : dryad_utf8_sequence(p, end, &is_valid);
    const unsigned own = length == 1 || !is_valid ? 1 : dryad_character_columns(dryad_utf8_code_point(p, length));
    if (own > columns - *taken) break;
    *taken += own;
    p += length;
  }
  return (size_t)(p - start);
}
