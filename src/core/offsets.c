#include "core/offsets.h"

bool dryad_offsets_init(dryad_offsets *offsets, const dryad_allocator *allocator, uint32_t n)
{
  *offsets = (dryad_offsets){.low = dryad_array_new(allocator, (uint64_t)n + 1, sizeof(uint32_t))};
  return offsets->low != NULL;
}

bool dryad_offsets_set(dryad_offsets *offsets, const dryad_allocator *allocator, uint32_t i, uint64_t offset)
{
  ((uint32_t *)offsets->low->data)[i] = (uint32_t)offset;
  uint32_t wraps = (uint32_t)(offset >> 32);
  if (wraps == offsets->wrap_count) return true;
  uint32_t *larger = dryad_realloc(allocator, offsets->wraps, offsets->wrap_count, wraps, sizeof *larger);
  if (!larger) return false;
  for (uint32_t k = offsets->wrap_count; k < wraps; k++) larger[k] = i;
  offsets->wraps = larger;
  offsets->wrap_count = wraps;
  return true;
}

bool dryad_offsets_share(dryad_offsets *offsets, const dryad_allocator *allocator, const dryad_offsets *from)
{
  *offsets = (dryad_offsets){.low = from->low, .wrap_count = from->wrap_count};
  if (from->wrap_count) {
    offsets->wraps = dryad_alloc(allocator, from->wrap_count, sizeof *offsets->wraps);
    if (!offsets->wraps) {
      *offsets = (dryad_offsets){0};
      return false;
    }
    for (uint32_t k = 0; k < from->wrap_count; k++) offsets->wraps[k] = from->wraps[k];
  }
  dryad_array_retain(offsets->low);
  return true;
}

void dryad_offsets_deinit(dryad_offsets *offsets, const dryad_allocator *allocator)
{
  dryad_array_release(offsets->low);
  dryad_free(allocator, offsets->wraps, offsets->wrap_count, sizeof *offsets->wraps);
  *offsets = (dryad_offsets){0};
}
