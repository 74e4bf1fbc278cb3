/* SPDX-License-Identifier: MIT */
#include "base/latin1.h"

#include "base/assert.h"
#include "base/utf8.h"

size_t dryad_latin1_length(dryad_text bytes)
{
  size_t length = bytes.length;
  for (size_t i = 0; i < bytes.length; i++) length += (unsigned char)bytes.data[i] >> 7;
  return length;
}

void dryad_latin1_to_utf8(char *out, dryad_text bytes)
{
  for (size_t i = 0; i < bytes.length; i++) {
    unsigned char c = (unsigned char)bytes.data[i];
    if (c < 0x80) {
      *out++ = (char)c;
    } else {
      *out++ = (char)(0xc0 | c >> 6);
      *out++ = (char)(0x80 | (c & 0x3f));
    }
  }
}

bool dryad_latin1_from_utf8(char *out, size_t *length, dryad_text text)
{
  DRYAD_ASSERT(length);
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  char *start = out;
  while (p < end) {
    bool is_valid;
    unsigned size = dryad_utf8_sequence(p, end, &is_valid);
    uint32_t point = is_valid ? dryad_utf8_code_point(p, size) : UINT32_MAX;
    if (point > 0xff) return false;
    *out++ = (char)point;
    p += size;
  }
  *length = (size_t)(out - start);
  return true;
}
