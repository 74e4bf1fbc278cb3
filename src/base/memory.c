/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/spill.h"

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

/* Populates the tail of a block, which fills no huge page, in one call: otherwise each small page costs a fault. */
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
