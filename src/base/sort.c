/* SPDX-License-Identifier: MIT */
#include "base/sort.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"

enum { DIGITS = 8, RADIX = 256 };

static unsigned digit_of(uint64_t key, unsigned digit) { return (unsigned)(key >> (8 * digit)) & (RADIX - 1); }

static void pass(const uint64_t *keys, const uint32_t *ids, uint64_t count, unsigned digit, const uint64_t *histogram,
                 uint64_t *keys_out, uint32_t *ids_out)
{
  uint64_t place[RADIX], sum = 0;
  for (unsigned d = 0; d < RADIX; d++) {
    place[d] = sum;
    sum += histogram[d];
  }
  for (uint64_t i = 0; i < count; i++) {
    uint64_t to = place[digit_of(keys[i], digit)]++;
    keys_out[to] = keys[i];
    ids_out[to] = ids[i];
  }
}

dryad_status dryad_sort(const dryad_allocator *allocator, uint64_t *keys, uint32_t *ids, uint64_t count,
                        dryad_error *error)
{
  DRYAD_ASSERT(count == 0 || (keys && ids));
  if (count < 2) return DRYAD_OK;
  uint64_t *spare_keys = dryad_alloc(allocator, count, sizeof *keys);
  uint32_t *spare_ids = dryad_alloc(allocator, count, sizeof *ids);
  uint64_t(*histograms)[RADIX] = dryad_calloc(allocator, DIGITS, sizeof *histograms);
  uint64_t *from_keys = keys, *to_keys = spare_keys;
  uint32_t *from_ids = ids, *to_ids = spare_ids;
  bool ok = spare_keys && spare_ids && histograms;
  if (ok) {
    for (uint64_t i = 0; i < count; i++)
      for (unsigned d = 0; d < DIGITS; d++) histograms[d][digit_of(keys[i], d)]++;
    for (unsigned d = 0; d < DIGITS; d++) {
      if (histograms[d][digit_of(keys[0], d)] == count) continue;
      pass(from_keys, from_ids, count, d, histograms[d], to_keys, to_ids);
      uint64_t *k = from_keys;
      uint32_t *i = from_ids;
      from_keys = to_keys, to_keys = k;
      from_ids = to_ids, to_ids = i;
    }
    if (from_keys != keys) {
      memcpy(keys, from_keys, count * sizeof *keys);
      memcpy(ids, from_ids, count * sizeof *ids);
    }
  }
  dryad_free(allocator, spare_keys, count, sizeof *keys);
  dryad_free(allocator, spare_ids, count, sizeof *ids);
  dryad_free(allocator, histograms, DIGITS, sizeof *histograms);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}
