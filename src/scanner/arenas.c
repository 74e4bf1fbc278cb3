/* SPDX-License-Identifier: MIT */
#include "arenas.h"

#include "collector.h"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_POOLS = 1024, BATCH = 64, MOST_ARENAS = 1 << 24, ARENA = 64, POOL = 64, CLASS_SHIFT = 4, NUM_CLASSES = 32 };

/* Releases of one version may differ in what lies before the allocator, so nothing is read by a plain pointer. */
static bool read_parts(void *into, const struct iovec *parts, size_t count, size_t size)
{
  const struct iovec whole = {into, count * size};
  return process_vm_readv((pid_t)syscall(SYS_getpid), &whole, 1, parts, count, 0) == (ssize_t)whole.iov_len;
}

static bool read_at(const void *place, void *into, size_t size)
{
  const struct iovec part = {(void *)(uintptr_t)place, size};
  return read_parts(into, &part, 1, size);
}

static bool find_allocator(const char **allocator)
{
  *allocator = (const char *)dryad_interpreter() + dryad_here.interp_allocator;
  if (dryad_here.version < 0x30D) return true;
  if (dryad_here.debug) *allocator += DRYAD_LAYOUT_DEBUG;
  return read_at(*allocator, allocator, sizeof *allocator);
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
  struct iovec parts[BATCH];
  char headers[BATCH * POOL];
  size_t count = 0;
  for (uintptr_t place = pools; place < end && count < BATCH; place += dryad_here.pool_size)
    parts[count++] = (struct iovec){(void *)place, POOL};
  if (!read_parts(headers, parts, count, POOL)) return false;
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
  if (!read_at(allocator + dryad_here.allocator_arenas, &list, sizeof list) ||
      !read_at(allocator + dryad_here.allocator_num_arenas, &count, sizeof count) || count > MOST_ARENAS)
    return false;
  for (uint32_t i = 0; i < count; i++) {
    if (!read_at(list + (size_t)i * dryad_here.arena_size, arena, dryad_here.arena_size)) return false;
    if (!measure_arena(arena, arenas)) return false;
  }
  return arenas->in_use > 0;
}
