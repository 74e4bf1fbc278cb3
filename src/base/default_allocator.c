/* SPDX-License-Identifier: MIT */
#include "base/default_allocator.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/trace.h"

size_t dryad_mapped_length(size_t size)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  if (size > SIZE_MAX - DRYAD_HUGE_PAGE) return 0;
  size_t huge = (size + DRYAD_HUGE_PAGE - 1) & ~(DRYAD_HUGE_PAGE - 1);
  return huge - size <= size / 8 ? huge : (size + page - 1) & ~(page - 1);
}

/* Reserves address space, without memory yet; aligned to a huge page if it can hold one. */
static void *map_new(size_t length, int protection)
{
  size_t slack = length >= DRYAD_HUGE_PAGE ? DRYAD_HUGE_PAGE : 0, longer;
  if (length == 0 || __builtin_add_overflow(length, slack, &longer)) return NULL;
  char *block = mmap(NULL, longer, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) return NULL;
  if (slack) {
    size_t before = -(uintptr_t)block & (DRYAD_HUGE_PAGE - 1);
    if (before) munmap(block, before);
    block += before;
    if (before < slack) munmap(block + length, slack - before);
    bool is_advised = madvise(block, length, MADV_HUGEPAGE) == 0;
    DRYAD_TRACE_DECISION("large block", {"bytes", .number = length},
                         {"huge pages", .text = is_advised ? "asked for" : "the kernel has none"});
  }
  return block;
}

static void *remap(void *block, size_t old_length, size_t new_length, int flags, void *place)
{
#if defined(__SANITIZE_THREAD__) /* which does not intercept mremap, and reports races on moved blocks */
  (void)block, (void)old_length, (void)new_length, (void)flags, (void)place;
  return MAP_FAILED;
#else
  void *moved = mremap(block, old_length, new_length, flags, place);
  if (moved != MAP_FAILED && new_length >= DRYAD_HUGE_PAGE) madvise(moved, new_length, MADV_HUGEPAGE);
  return moved;
#endif
}

/* A block with huge pages that cannot grow in place is moved to an address chosen here: the kernel might choose a
   misaligned one and split the huge pages. */
static void *map_larger(void *block, size_t old_length, size_t new_length)
{
  bool is_huge = new_length >= DRYAD_HUGE_PAGE, is_aligned = ((uintptr_t)block & (DRYAD_HUGE_PAGE - 1)) == 0;
  if (new_length == 0) return NULL;
  if (is_aligned || !is_huge) {
    void *grown = remap(block, old_length, new_length, is_huge ? 0 : MREMAP_MAYMOVE, NULL);
    if (grown != MAP_FAILED) return grown;
  }
  void *place = map_new(new_length, PROT_NONE); /* not counted against any limit */
  if (!place) return NULL;
  if (remap(block, old_length, new_length, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place) return place;
  /* A block of several mappings cannot be moved as one. The attempt may have unmapped the place. */
  munmap(place, new_length);
  place = map_new(new_length, PROT_READ | PROT_WRITE);
  if (!place) return NULL;
  memcpy(place, block, old_length);
  munmap(block, old_length);
  return place;
}

static void *map_resize(void *block, size_t old_size, size_t new_size)
{
  size_t old_length = dryad_mapped_length(old_size), new_length = dryad_mapped_length(new_size);
  if (new_length > old_length || new_length == 0) return map_larger(block, old_length, new_length);
  if (new_length < old_length) munmap((char *)block + new_length, old_length - new_length);
  return block;
}

static void release(void *block, size_t size)
{
  if (size >= DRYAD_MAPPED_SIZE)
    munmap(block, dryad_mapped_length(size));
  else
    free(block);
}

static void *default_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  (void)context;
  if (new_size == 0) {
    if (block) release(block, old_size);
    return NULL;
  }
  bool was_mapped = block && old_size >= DRYAD_MAPPED_SIZE, is_mapped = new_size >= DRYAD_MAPPED_SIZE;
  if (was_mapped && is_mapped) return map_resize(block, old_size, new_size);
  if (!was_mapped && !is_mapped) return realloc(block, new_size);
  void *moved = is_mapped ? map_new(dryad_mapped_length(new_size), PROT_READ | PROT_WRITE) : malloc(new_size);
  if (moved && block) {
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    release(block, old_size);
  }
  return moved;
}

const dryad_allocator dryad_default_allocator = {default_resize, NULL};
