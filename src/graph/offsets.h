/* SPDX-License-Identifier: MIT */
/* The start of each object's edges: ascending 64-bit offsets in 32 bits each. */
#ifndef DRYAD_GRAPH_OFFSETS_H
#define DRYAD_GRAPH_OFFSETS_H

#include "base/assert.h"
#include "base/memory.h"

/* `wraps[k]` is the first index whose offset is at least (k + 1) * 2^32. Up to 2^32 references, there are no wraps. */
typedef struct dryad_offsets {
  dryad_array *low; /* uint32_t[n + 1] */
  uint32_t *wraps;
  uint32_t wrap_count;
} dryad_offsets;

/* Makes room for the indexes 0 .. n, not yet set; false: no memory. */
bool dryad_offsets_init(dryad_offsets *offsets, const dryad_allocator *allocator, uint32_t n);
/* The rarely needed part of dryad_offsets_set. */
bool dryad_offsets_wrap(dryad_offsets *offsets, const dryad_allocator *allocator, uint32_t i, uint32_t wraps);
/* Call for every index in ascending order, with ascending offsets; false: no memory. */
static inline bool dryad_offsets_set(dryad_offsets *offsets, const dryad_allocator *allocator, uint32_t i,
                                     uint64_t offset)
{
  DRYAD_ASSERT(i < offsets->low->count);
  ((uint32_t *)offsets->low->data)[i] = (uint32_t)offset;
  uint32_t wraps = (uint32_t)(offset >> 32);
  return wraps == offsets->wrap_count || dryad_offsets_wrap(offsets, allocator, i, wraps);
}
/* All zero is allowed. */
void dryad_offsets_deinit(dryad_offsets *offsets, const dryad_allocator *allocator);

/* The upper 32 bits of an offset. */
static inline uint64_t dryad_offset_high(const dryad_offsets *offsets, uint64_t i)
{
  uint64_t high = 0;
  while (high < offsets->wrap_count && offsets->wraps[high] <= i) high++;
  return high;
}

static inline uint64_t dryad_offset(const dryad_offsets *offsets, uint32_t i)
{
  DRYAD_ASSERT(i < offsets->low->count);
  return dryad_offset_high(offsets, i) << 32 | ((const uint32_t *)offsets->low->data)[i];
}

#endif
