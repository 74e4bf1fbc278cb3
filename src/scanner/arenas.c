/* SPDX-License-Identifier: MIT */
#include "arenas.h"

#include "checked_read.h"
#include "collector.h"

enum { MOST_POOLS = 1024, BATCH = 64, MOST_ARENAS = 1 << 24, ARENA = 64, POOL = 64, CLASS_SHIFT = 4, NUM_CLASSES = 32 };

/* Releases of one version may differ in what lies before the allocator, so nothing is read by a plain pointer. */
static bool find_allocator(const char **allocator)
{
  *allocator = (const char *)dryad_interpreter() + dryad_here.interp_allocator;
  if (dryad_here.version < 0x30D) return true;
  if (dryad_here.debug) *allocator += DRYAD_LAYOUT_DEBUG;
  return dryad_checked_read(allocator, *allocator, sizeof *allocator);
}

static bool measure_pool(const char *header, uint64_t *in_use)
{
  const uint32_t blocks = dryad_field_u32(header, dryad_here.pool_num_blocks);
  const uint32_t size_class = dryad_field_u32(header, dryad_here.pool_class);
  if (blocks == 0) return true; /* its class means nothing */
  const uint64_t bytes = (uint64_t)blocks * (size_class + 1) << CLASS_SHIFT;
  *in_use += bytes;
  return size_class < NUM_CLASSES && bytes < dryad_here.pool_size;
}

/* Some pools, which end before `end`. */
static bool measure_pools(uintptr_t pools, uintptr_t end, uint64_t *in_use)
{
  const void *places[BATCH] = {NULL};
  char headers[BATCH * POOL];
  size_t count = 0;
  for (uintptr_t place = pools; place < end && count < BATCH; place += dryad_here.pool_size)
    places[count++] = (const void *)place;
  if (!dryad_checked_read_many(headers, places, count, POOL)) return false;
  for (size_t i = 0; i < count; i++)
    if (!measure_pool(headers + i * POOL, in_use)) return false;
  return true;
}

static bool measure_arena(const char *arena, dryad_arenas *arenas)
{
  const uintptr_t pool = dryad_here.pool_size;
  const uintptr_t address = (uintptr_t)dryad_field_pointer(arena, dryad_here.arena_address);
  const uintptr_t next = (uintptr_t)dryad_field_pointer(arena, dryad_here.arena_next_pool);
  const uint32_t num_pools = dryad_field_u32(arena, dryad_here.arena_num_pools);
  if (address == 0) return true; /* not allocated */
  const uintptr_t first = (address + pool - 1) / pool * pool;
  if (num_pools > MOST_POOLS || next % pool != 0 || next < first || next - first > num_pools * pool) return false;
  uint64_t in_use = 0;
  for (uintptr_t pools = first; pools < next; pools += BATCH * pool)
    if (!measure_pools(pools, next, &in_use)) return false;
  arenas->in_use += in_use;
  arenas->free += num_pools * pool - in_use;
  return true;
}

bool dryad_arenas_measure(dryad_arenas *arenas)
{
  const char *allocator, *list;
  char arena[ARENA];
  uint32_t count;
  *arenas = (dryad_arenas){0};
  if (dryad_here.interp_allocator == 0 || !find_allocator(&allocator)) return false;
  if (!dryad_checked_read(&list, allocator + dryad_here.allocator_arenas, sizeof list) ||
      !dryad_checked_read(&count, allocator + dryad_here.allocator_num_arenas, sizeof count) || count > MOST_ARENAS)
    return false;
  for (uint32_t i = 0; i < count; i++) {
    if (!dryad_checked_read(arena, list + (size_t)i * dryad_here.arena_size, dryad_here.arena_size)) return false;
    if (!measure_arena(arena, arenas)) return false;
  }
  return arenas->in_use > 0;
}
