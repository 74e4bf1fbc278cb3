/* SPDX-License-Identifier: MIT */
#include "io/squeezer.h"

#include <string.h>

enum { LONGEST_EDGE = 64, DEEPEST = 3 };

void dryad_squeezer_init(dryad_squeezer *squeezer, size_t max_text)
{
  *squeezer = (dryad_squeezer){.max_text = max_text, .place = DRYAD_SQUEEZE_BEFORE};
}

static bool is_space(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
static bool is_hex(unsigned char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

/* Whether what the byte belongs to is emptied. */
static bool is_hidden(const dryad_squeezer *s) { return s->depth >= DEEPEST; }

/* Whether a byte of a string begins something that decodes to a byte at least. Three continuations in a row may end a
   character; two surrogates of three bytes each decode to four. */
static bool counts(dryad_squeezer *s, unsigned char c)
{
  bool is_continuation = (c & 0xc0) == 0x80;
  s->continuations = is_continuation ? s->continuations + 1 : 0;
  if (s->hex_digits && is_hex(c)) {
    s->hex_digits--;
    return false;
  }
  s->hex_digits = 0;
  return !is_continuation || s->continuations > 3;
}

/* A byte after the opening quote; returns whether it stays. */
static bool keeps_of_string(dryad_squeezer *s, unsigned char c)
{
  if (s->is_escaped) {
    s->is_escaped = false;
    s->hex_digits = c == 'u' ? 4 : 0;
  } else if (c == '"') {
    s->is_in_string = false;
    s->length = 0;
    return !is_hidden(s);
  } else {
    if (counts(s, c)) s->length++;
    s->is_escaped = c == '\\';
  }
  if (is_hidden(s)) return false;
  bool is_kept = s->length <= s->max_text + 1;
  s->left_out += !is_kept;
  return is_kept;
}

static bool keeps_of_token(dryad_squeezer *s, unsigned char *c)
{
  if (is_hidden(s)) return false;
  if (s->length <= s->max_text) {
    s->length++;
    return true;
  }
  s->left_out++;
  if (is_digit(*c) || s->is_broken) return false;
  s->is_broken = true;
  *c = '?';
  return true;
}

static bool opens(dryad_squeezer *s)
{
  bool was_hidden = is_hidden(s);
  s->depth++;
  return !was_hidden;
}

static bool closes(dryad_squeezer *s)
{
  s->depth--;
  if (s->depth == 0) s->place = DRYAD_SQUEEZE_AFTER;
  return !is_hidden(s);
}

static bool keeps_inside(dryad_squeezer *s, unsigned char *c)
{
  bool is_token = false, is_kept = false;
  switch (*c) {
  case '"':
    s->is_in_string = true;
    s->hex_digits = s->continuations = 0;
    is_kept = !is_hidden(s);
    break;
  case '{':
  case '[': is_kept = opens(s); break;
  case '}':
  case ']': is_kept = closes(s); break;
  case ',':
  case ':': is_kept = !is_hidden(s); break;
  default: is_token = true; is_kept = keeps_of_token(s, c);
  }
  if (!is_token) s->length = 0, s->is_broken = false;
  return is_kept;
}

static bool keeps_outside(dryad_squeezer *s, unsigned char c)
{
  if (c != '{' || s->place == DRYAD_SQUEEZE_AFTER) return s->edge++ < LONGEST_EDGE;
  s->place = DRYAD_SQUEEZE_INSIDE;
  s->edge = 0;
  return opens(s);
}

static bool keeps(dryad_squeezer *s, unsigned char *c)
{
  if (s->is_in_string) return keeps_of_string(s, *c);
  if (is_space(*c)) {
    bool is_kept = !s->is_after_space && !is_hidden(s);
    s->is_after_space = true;
    s->length = 0;
    s->is_broken = false;
    return is_kept;
  }
  bool is_kept = s->place == DRYAD_SQUEEZE_INSIDE ? keeps_inside(s, c) : keeps_outside(s, *c);
  if (is_kept) s->is_after_space = false;
  return is_kept;
}

/* ---- many bytes at once -------------------------------------------------------------------------- */

/* Bytes that are being shortened: those before `kept` stay, and those from `next` on are still to be read. */
typedef struct span {
  char *bytes;
  size_t kept, next, end;
} span;

/* Reads what is left out of a string, up to its end. */
static void pass_rest(dryad_squeezer *s, span *p)
{
  size_t start = p->next, next = start;
  bool is_escaped = s->is_escaped;
  for (; next < p->end && (is_escaped || p->bytes[next] != '"'); next++)
    is_escaped = !is_escaped && p->bytes[next] == '\\';
  s->is_escaped = is_escaped;
  if (!is_hidden(s)) s->left_out += next - start;
  p->next = next;
}

/* Reads ASCII of a string that stays, up to its end, to an escape, or to where the rest is left out. */
static void pass_text(dryad_squeezer *s, span *p)
{
  size_t start = p->next, next = start, end = p->end;
  if (s->is_escaped || s->hex_digits) return;
  if (end - start > s->max_text + 1 - s->length) end = start + (s->max_text + 1 - s->length);
  while (next < end && p->bytes[next] != '"' && p->bytes[next] != '\\' && (unsigned char)p->bytes[next] < 0x80) next++;
  if (next > start) s->continuations = 0;
  s->length += next - start;
  memmove(p->bytes + p->kept, p->bytes + start, next - start);
  p->kept += next - start;
  p->next = next;
}

/* Reads numbers that are separated by commas and single blanks, such as references. */
static void pass_numbers(dryad_squeezer *s, span *p)
{
  size_t next = p->next, kept = p->kept, length = s->length;
  bool is_after_space = s->is_after_space;
  if (s->is_broken || length > s->max_text) return;
  for (; next < p->end; next++) {
    char c = p->bytes[next];
    if (is_digit((unsigned char)c) ? length == s->max_text : c == ' ' ? is_after_space : c != ',') break;
    length = is_digit((unsigned char)c) ? length + 1 : 0;
    is_after_space = c == ' ';
    p->bytes[kept++] = c;
  }
  p->next = next;
  p->kept = kept;
  s->length = length;
  s->is_after_space = is_after_space;
}

size_t dryad_squeezer_shorten(dryad_squeezer *squeezer, char *bytes, size_t length)
{
  const size_t max_text = squeezer->max_text;
  dryad_squeezer s = *squeezer;
  span p = {.bytes = bytes, .end = length};
  while (p.next < length) {
    if (s.is_in_string && (is_hidden(&s) || s.length > max_text + 1))
      pass_rest(&s, &p);
    else if (s.is_in_string)
      pass_text(&s, &p);
    else if (s.place == DRYAD_SQUEEZE_INSIDE && !is_hidden(&s))
      pass_numbers(&s, &p);
    if (p.next == length) break;
    unsigned char c = (unsigned char)bytes[p.next++];
    if (keeps(&s, &c)) bytes[p.kept++] = (char)c;
  }
  *squeezer = s;
  return p.kept;
}
