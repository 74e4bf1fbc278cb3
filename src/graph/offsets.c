/* SPDX-License-Identifier: MIT */
#include "graph/offsets.h"

#include "base/assert.h"

bool dryad_offsets_init(dryad_offsets *offsets, const dryad_allocator *allocator, uint32_t n)
{
  *offsets = (dryad_offsets){.low = dryad_array_new(allocator, (uint64_t)n + 1, sizeof(uint32_t))};
  return offsets->low != NULL;
}

bool dryad_offsets_wrap(dryad_offsets *offsets, const dryad_allocator *allocator, uint32_t i, uint32_t wraps)
{
  DRYAD_ASSERT(wraps > offsets->wrap_count);
  uint32_t *larger = dryad_realloc(allocator, offsets->wraps, offsets->wrap_count, wraps, sizeof *larger);
  if (!larger) return false;
  for (uint32_t k = offsets->wrap_count; k < wraps; k++) larger[k] = i;
  offsets->wraps = larger;
  offsets->wrap_count = wraps;
  return true;
}

void dryad_offsets_deinit(dryad_offsets *offsets, const dryad_allocator *allocator)
{
  dryad_array_release(offsets->low);
  dryad_free(allocator, offsets->wraps, offsets->wrap_count, sizeof *offsets->wraps);
  *offsets = (dryad_offsets){0};
}
