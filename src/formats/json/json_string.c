/* SPDX-License-Identifier: MIT */
#include "formats/json/json_string.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/utf8.h"

/* Spare room of a decoder beyond the bytes still to read, so that it can write whole words. */
#define SLACK 16

const unsigned char *dryad_json_string_end(const unsigned char *p, const unsigned char *end, bool *plain)
{
  DRYAD_ASSERT(p <= end && plain);
  *plain = true;
  for (;;) {
    uint64_t marks = 0;
    while (end - p >= 8) {
      uint64_t word = dryad_load_word((const char *)p);
      marks = dryad_json_equal(word, '"') | dryad_json_equal(word, '\\');
      if (*plain) marks |= dryad_json_unusual(word);
      if (marks) break;
      p += 8;
    }
    if (marks)
      p += dryad_json_first(marks);
    else
      while (p < end && *p != '"' && *p != '\\' && (!*plain || (*p >= 0x20 && *p < 0x80))) p++;
    if (p >= end) return NULL;
    if (*p == '"') return p;
    *plain = false;
    if (*p != '\\')
      p++;
    else if (end - p >= 2)
      p += 2;
    else
      return NULL;
  }
}

/* The value of the four hexadecimal digits at `p`, or -1. */
static int32_t read_hex(const unsigned char *p, const unsigned char *end)
{
  int32_t number = 0;
  if (end - p < 4) return -1;
  for (int i = 0; i < 4; i++) {
    unsigned digit = p[i] - (unsigned)'0', letter = (p[i] | 0x20u) - 'a';
    if (digit > 9 && letter > 5) return -1;
    number = number << 4 | (int32_t)(digit <= 9 ? digit : letter + 10);
  }
  return number;
}

/* The code point of the escape at `p`, a backslash, and its length; -1 when it is invalid. */
static int32_t read_escape(const unsigned char *p, const unsigned char *end, unsigned *length)
{
  *length = 2;
  switch (p[1]) {
  case '"':
  case '\\':
  case '/': return p[1];
  case 'b': return '\b';
  case 'f': return '\f';
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  case 'u': *length = 6; return read_hex(p + 2, end);
  default: return -1;
  }
}

typedef struct decoder {
  const unsigned char *p, *end;
  unsigned char *base, *out; /* the start of the decoded string and its current end */
  bool as_bytes;
  dryad_json_decoded *result;
} decoder;

static bool high_surrogate_before(const decoder *d)
{
  return d->out - d->base >= 3 && d->out[-3] == 0xed && d->out[-2] >= 0xa0 && d->out[-2] <= 0xaf;
}

/* Writes a code point below 0x10000; a low surrogate after a high one combines with it. */
static void put(decoder *d, uint32_t c)
{
  if (c < 0x80 || (d->as_bytes && c <= 0xff)) {
    *d->out++ = (unsigned char)c;
  } else if (c < 0x800) {
    *d->out++ = (unsigned char)(0xc0 | c >> 6);
    *d->out++ = (unsigned char)(0x80 | (c & 0x3f));
  } else if (c >= 0xdc00 && c <= 0xdfff && high_surrogate_before(d)) {
    uint32_t high = (d->out[-2] & 0x0fu) << 6 | (d->out[-1] & 0x3fu);
    uint32_t both = 0x10000 + (high << 10 | (c & 0x3ff));
    d->out[-3] = (unsigned char)(0xf0 | both >> 18);
    d->out[-2] = (unsigned char)(0x80 | (both >> 12 & 0x3f));
    d->out[-1] = (unsigned char)(0x80 | (both >> 6 & 0x3f));
    *d->out++ = (unsigned char)(0x80 | (both & 0x3f));
  } else {
    *d->out++ = (unsigned char)(0xe0 | c >> 12);
    *d->out++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
    *d->out++ = (unsigned char)(0x80 | (c & 0x3f));
  }
}

/* Makes room for what is still to be read. */
static bool reserve(decoder *d, dryad_json_scratch *scratch)
{
  size_t used = d->out ? (size_t)(d->out - (unsigned char *)scratch->text) : scratch->text_used;
  size_t needed = used + (size_t)(d->end - d->p) + SLACK;
  if (needed > scratch->text_capacity) {
    size_t capacity = needed > scratch->text_capacity * 2 ? needed : scratch->text_capacity * 2;
    char *text = dryad_realloc(scratch->allocator, scratch->text, scratch->text_capacity, capacity, 1);
    if (!text) return false;
    scratch->text = text;
    scratch->text_capacity = capacity;
  }
  d->base = (unsigned char *)scratch->text + d->result->offset;
  d->out = (unsigned char *)scratch->text + used;
  return true;
}

static bool mend(decoder *d, unsigned length, const char *problem, dryad_json_scratch *scratch)
{
  if (!d->result->problem) d->result->problem = problem;
  d->p += length;
  put(d, 0xfffd);
  return reserve(d, scratch);
}

static void copy_plain(decoder *d)
{
  while (d->end - d->p >= 8) {
    uint64_t word = dryad_load_word((const char *)d->p),
             marks = dryad_json_equal(word, '\\') | dryad_json_unusual(word);
    unsigned count = marks ? dryad_json_first(marks) : 8;
    memcpy(d->out, d->p, 8);
    d->out += count;
    d->p += count;
    if (marks) return;
  }
  while (d->p < d->end && *d->p != '\\' && *d->p >= 0x20 && *d->p < 0x80) *d->out++ = *d->p++;
}

static bool decode_escape(decoder *d, dryad_json_scratch *scratch)
{
  unsigned length;
  int32_t c = read_escape(d->p, d->end, &length);
  if (c < 0) {
    bool valid;
    return mend(d, 1 + dryad_utf8_sequence(d->p + 1, d->end, &valid), "invalid escape in a string", scratch);
  }
  if (c >= 0x80 && c <= 0xff) d->result->differ = true;
  put(d, (uint32_t)c);
  d->p += length;
  return true;
}

static bool decode_sequence(decoder *d, dryad_json_scratch *scratch)
{
  bool valid;
  unsigned length = dryad_utf8_sequence(d->p, d->end, &valid);
  if (d->as_bytes || (valid && *d->p != 0xed)) {
    while (length--) *d->out++ = *d->p++;
    return true;
  }
  if (!valid) {
    d->result->differ = true;
    return mend(d, length, "invalid UTF-8", scratch);
  }
  if (d->p[1] >= 0xb0 && high_surrogate_before(d)) d->result->differ = true;
  put(d, (d->p[0] & 0x0fu) << 12 | (d->p[1] & 0x3fu) << 6 | (d->p[2] & 0x3fu));
  d->p += 3;
  return true;
}

bool dryad_json_decode(dryad_json_decoded *out, dryad_json_span span, bool as_bytes, dryad_json_scratch *scratch)
{
  decoder d = {.p = span.start, .end = span.start + span.length, .as_bytes = as_bytes, .result = out};
  *out = (dryad_json_decoded){.offset = scratch->text_used};
  bool good = reserve(&d, scratch);
  while (good) {
    copy_plain(&d);
    if (d.p >= d.end) break;
    if (*d.p == '\\')
      good = decode_escape(&d, scratch);
    else if (*d.p < 0x20)
      good = mend(&d, 1, "control character in a string", scratch);
    else
      good = decode_sequence(&d, scratch);
  }
  if (!good) return false;
  out->length = (size_t)(d.out - d.base);
  scratch->text_used += out->length;
  return true;
}
