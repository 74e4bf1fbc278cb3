/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "base/assert.h"

unsigned dryad_utf8_sequence(const unsigned char *p, const unsigned char *end, bool *valid)
{
  DRYAD_ASSERT(p < end && valid);
  unsigned char lead = *p, low = 0x80, high = 0xbf;
  unsigned length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  *valid = lead < 0x80;
  if (lead < 0xc2 || lead > 0xf4) return 1;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  for (unsigned i = 1; i < length; i++, low = 0x80, high = 0xbf)
    if (p + i >= end || p[i] < low || p[i] > high) return i;
  *valid = true;
  return length;
}

bool dryad_utf8_is_valid(dryad_text text)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  bool is_valid = true;
  while (p < end && is_valid) p += dryad_utf8_sequence(p, end, &is_valid);
  return is_valid;
}

uint32_t dryad_utf8_code_point(const unsigned char *p, unsigned length)
{
  DRYAD_ASSERT(length >= 1 && length <= 4);
  uint32_t point = length == 1 ? p[0] : p[0] & (0x7fu >> length);
  for (unsigned i = 1; i < length; i++) point = point << 6 | (p[i] & 0x3fu);
  return point;
}

/* A character that a name may start with. */
static bool is_letter(uint32_t point)
{
  uint32_t lower = point | 0x20;
  return (lower >= 'a' && lower <= 'z') || point == '_' || (point >= 0xaa && !dryad_utf8_is_surrogate(point));
}

bool dryad_utf8_is_identifier(dryad_text text)
{
  if (text.length == 0 || text.length > DRYAD_LONGEST_IDENTIFIER) return false;
  const unsigned char *start = (const unsigned char *)text.data, *p = start, *end = start + text.length;
  while (p < end) {
    bool is_valid;
    unsigned length = dryad_utf8_sequence(p, end, &is_valid);
    uint32_t point = is_valid ? dryad_utf8_code_point(p, length) : 0;
    if (!is_letter(point) && (p == start || point < '0' || point > '9')) return false;
    p += length;
  }
  return true;
}
