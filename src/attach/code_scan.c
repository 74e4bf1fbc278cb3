/* SPDX-License-Identifier: MIT */
#include "attach/code_scan.h"

#include <assert.h>
#include <string.h>

#include "base/assert.h"

enum { CHUNK = 16 * 1024, LONGEST = 16 };

static uint64_t find_in_chunk(uint64_t at, const unsigned char *chunk, size_t length, const void *bytes, size_t size,
                              unsigned step)
{
  for (size_t i = 0; i + size <= length; i++) {
    const unsigned char *first = memchr(chunk + i, *(const unsigned char *)bytes, length - i);
    if (!first) return 0;
    i = (size_t)(first - chunk);
    if (i + size <= length && (at + i) % step == 0 && !memcmp(first, bytes, size)) return at + i;
  }
  return 0;
}

uint64_t dryad_span_find(dryad_target_memory *memory, dryad_span span, const void *bytes, size_t size, unsigned step)
{
  DRYAD_ASSERT(size >= 1 && size <= 16 && step >= 1);
  unsigned char chunk[CHUNK];
  assert(size && size <= LONGEST && step);
  for (uint64_t at = span.from; span.to - at >= size; at += CHUNK - (LONGEST - 1)) {
    size_t length = span.to - at < CHUNK ? (size_t)(span.to - at) : CHUNK;
    length = dryad_target_read_some(memory, at, chunk, length);
    uint64_t found = find_in_chunk(at, chunk, length, bytes, size, step);
    if (found || length < CHUNK) return found;
  }
  return 0;
}

uint64_t dryad_text_find(dryad_target_memory *memory, const dryad_elf_object *object, const void *bytes, size_t size,
                         unsigned step)
{
  uint64_t left = DRYAD_CODE_SCAN_MAX;
  for (unsigned i = 0; i < object->texts && left; i++) {
    dryad_span span = object->text[i];
    if (span.to - span.from > left) span.to = span.from + left;
    left -= span.to - span.from;
    uint64_t found = dryad_span_find(memory, span, bytes, size, step);
    if (found) return found;
  }
  return 0;
}
