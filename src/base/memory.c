/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/spill.h"
#include "base/trace.h"

size_t dryad_mapped_length(size_t size)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  if (size > SIZE_MAX - DRYAD_HUGE_PAGE) return 0;
  size_t huge = (size + DRYAD_HUGE_PAGE - 1) & ~(DRYAD_HUGE_PAGE - 1);
  return huge - size <= size / 8 ? huge : (size + page - 1) & ~(page - 1);
}

/* Room, without memory yet. Where it holds whole huge pages it starts at one. */
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
#if defined(__SANITIZE_THREAD__) /* which does not see mremap, and takes a moved block for a shared one */
  (void)block, (void)old_length, (void)new_length, (void)flags, (void)place;
  return MAP_FAILED;
#else
  void *moved = mremap(block, old_length, new_length, flags, place);
  if (moved != MAP_FAILED && new_length >= DRYAD_HUGE_PAGE) madvise(moved, new_length, MADV_HUGEPAGE);
  return moved;
#endif
}

/* Where there is no room behind it a block with huge pages is moved to a place chosen here: the kernel might choose
   one where they do not fit, and split them. */
static void *map_larger(void *block, size_t old_length, size_t new_length)
{
  bool is_huge = new_length >= DRYAD_HUGE_PAGE, is_aligned = ((uintptr_t)block & (DRYAD_HUGE_PAGE - 1)) == 0;
  if (new_length == 0) return NULL;
  if (is_aligned || !is_huge) {
    void *grown = remap(block, old_length, new_length, is_huge ? 0 : MREMAP_MAYMOVE, NULL);
    if (grown != MAP_FAILED) return grown;
  }
  void *place = map_new(new_length, PROT_NONE); /* which no limit counts */
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

static const dryad_allocator *chosen(const dryad_allocator *allocator)
{
  return allocator ? allocator : &dryad_default_allocator;
}

/* The bytes of `count` elements, at least 1 so that an empty block is a block; 0 on overflow. */
static size_t byte_size(uint64_t count, size_t size)
{
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return 0;
  return bytes ? bytes : 1;
}

void *dryad_realloc(const dryad_allocator *allocator, void *block, uint64_t old_count, uint64_t new_count, size_t size)
{
  DRYAD_ASSERT(size > 0);
  allocator = chosen(allocator);
  size_t bytes = byte_size(new_count, size);
  if (!bytes) return NULL;
  return allocator->resize(allocator->context, block, block ? byte_size(old_count, size) : 0, bytes);
}

void *dryad_alloc(const dryad_allocator *allocator, uint64_t count, size_t size)
{
  return dryad_realloc(allocator, NULL, 0, count, size);
}

void *dryad_calloc(const dryad_allocator *allocator, uint64_t count, size_t size)
{
  void *block = dryad_alloc(allocator, count, size);
  size_t bytes = byte_size(count, size);
  allocator = chosen(allocator);
  bool is_mapping =
      allocator == &dryad_default_allocator ? bytes >= DRYAD_MAPPED_SIZE : dryad_spill_is_file(allocator, bytes);
  if (block && !is_mapping) memset(block, 0, bytes);
  return block;
}

void dryad_free(const dryad_allocator *allocator, void *block, uint64_t count, size_t size)
{
  DRYAD_ASSERT(size > 0);
  if (!block) return;
  allocator = chosen(allocator);
  allocator->resize(allocator->context, block, byte_size(count, size), 0);
}

bool dryad_column_reserve(dryad_column *column, const dryad_allocator *allocator, uint64_t needed, size_t size)
{
  DRYAD_ASSERT(column && size > 0);
  DRYAD_ASSERT(column->data || column->capacity == 0);
  if (needed <= column->capacity) return true;
  uint64_t capacity = column->capacity + column->capacity / 2;
  if (capacity < needed) capacity = needed;
  void *data = dryad_realloc(allocator, column->data, column->capacity, capacity, size);
  if (!data) return false;
  *column = (dryad_column){data, capacity};
  return true;
}

void dryad_column_free(dryad_column *column, const dryad_allocator *allocator, size_t size)
{
  dryad_free(allocator, column->data, column->capacity, size);
  *column = (dryad_column){0};
}

/* Gives memory to the end of a block that fills no huge page, all at once: each of its small pages would be a fault
   of its own. */
static void populate_end(void *block, size_t size)
{
#if defined(MADV_POPULATE_WRITE)
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)block, end = start + size;
  if (size >= DRYAD_HUGE_PAGE) start = end & ~(DRYAD_HUGE_PAGE - 1);
  start = (start + page - 1) & ~(page - 1);
  end &= ~(page - 1);
  if (size >= DRYAD_MAPPED_SIZE && start < end) madvise((void *)start, end - start, MADV_POPULATE_WRITE);
#else
  (void)block, (void)size;
#endif
}

dryad_array *dryad_array_new(const dryad_allocator *allocator, uint64_t count, size_t size)
{
  DRYAD_ASSERT(size > 0);
  dryad_array *array = dryad_alloc(allocator, 1, sizeof *array);
  if (!array) return NULL;
  *array = (dryad_array){allocator, dryad_alloc(allocator, count, size), count, size, 1};
  if (!array->data) {
    dryad_free(allocator, array, 1, sizeof *array);
    return NULL;
  }
  populate_end(array->data, byte_size(count, size));
  return array;
}

bool dryad_array_resize(dryad_array *array, uint64_t count)
{
  DRYAD_ASSERT(array->references == 1);
  void *data = dryad_realloc(array->allocator, array->data, array->count, count, array->size);
  if (!data) return false;
  array->data = data;
  array->count = count;
  return true;
}

dryad_array *dryad_array_retain(dryad_array *array)
{
  DRYAD_ASSERT(!array || array->references > 0);
  if (array) array->references++;
  return array;
}

void dryad_array_release(dryad_array *array)
{
  DRYAD_ASSERT(!array || array->references > 0);
  if (!array || --array->references) return;
  dryad_free(array->allocator, array->data, array->count, array->size);
  dryad_free(array->allocator, array, 1, sizeof *array);
}

bool dryad_bits_init(dryad_bits *bits, const dryad_allocator *allocator, uint64_t count)
{
  DRYAD_ASSERT(bits);
  *bits = (dryad_bits){allocator, dryad_calloc(allocator, (count + 63) / 64, sizeof(uint64_t)), count};
  return bits->words != NULL;
}

void dryad_bits_deinit(dryad_bits *bits)
{
  dryad_free(bits->allocator, bits->words, (bits->count + 63) / 64, sizeof(uint64_t));
  bits->words = NULL;
}
