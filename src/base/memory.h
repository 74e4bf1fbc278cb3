/* SPDX-License-Identifier: MIT */
/*
 * Allocation through a caller's allocator, with checked arithmetic, and reference-counted arrays.
 *
 * Every function is safe to call from several threads as far as the allocator is. Nothing here
 * allocates on a failure path.
 */
#ifndef DRYAD_BASE_MEMORY_H
#define DRYAD_BASE_MEMORY_H

#include "base/assert.h"
#include "base/default_allocator.h"
#include "dryad.h"

/* `count * size` bytes, uninitialised; NULL when the allocator refuses or the product overflows. A count of 0
   gives a block that must be freed too. */
void *dryad_alloc(const dryad_allocator *allocator, uint64_t count, size_t size);
void *dryad_calloc(const dryad_allocator *allocator, uint64_t count, size_t size);
/* Resizes `block` from old_count to new_count elements; on failure NULL, and `block` is unchanged. */
void *dryad_realloc(const dryad_allocator *allocator, void *block, uint64_t old_count, uint64_t new_count, size_t size);
void dryad_free(const dryad_allocator *allocator, void *block, uint64_t count, size_t size);

/* A growing array with one owner; all zero is empty. Callers pass the element size on every call. */
typedef struct dryad_column {
  void *data;
  uint64_t capacity; /* elements */
} dryad_column;

/* Makes room for `needed` elements in total, growing by at least half; false: no memory, nothing changed. */
bool dryad_column_reserve(dryad_column *column, const dryad_allocator *allocator, uint64_t needed, size_t size);
void dryad_column_free(dryad_column *column, const dryad_allocator *allocator, size_t size);

/* A shared array: starts with one reference. `count` elements of `size` bytes at `data`. */
typedef struct dryad_array {
  const dryad_allocator *allocator;
  void *data;
  uint64_t count;
  size_t size;
  uint32_t references;
} dryad_array;

dryad_array *dryad_array_new(const dryad_allocator *allocator, uint64_t count, size_t size);
/* False: no memory, and nothing changed. */
bool dryad_array_resize(dryad_array *array, uint64_t count);
dryad_array *dryad_array_retain(dryad_array *array);
void dryad_array_release(dryad_array *array); /* NULL is allowed */

/* A bit for each of `count` ids. */
typedef struct dryad_bits {
  const dryad_allocator *allocator;
  uint64_t *words;
  uint64_t count;
} dryad_bits;

bool dryad_bits_init(dryad_bits *bits, const dryad_allocator *allocator, uint64_t count); /* all clear */
void dryad_bits_deinit(dryad_bits *bits);
static inline bool dryad_bits_get(const dryad_bits *bits, uint64_t i)
{
  DRYAD_ASSERT(i < bits->count);
  return (bits->words[i >> 6] >> (i & 63)) & 1;
}
static inline void dryad_bits_set(dryad_bits *bits, uint64_t i)
{
  DRYAD_ASSERT(i < bits->count);
  bits->words[i >> 6] |= UINT64_C(1) << (i & 63);
}
static inline void dryad_bits_clear(dryad_bits *bits, uint64_t i)
{
  DRYAD_ASSERT(i < bits->count);
  bits->words[i >> 6] &= ~(UINT64_C(1) << (i & 63));
}
/* Sets the bit; true when it was clear. */
static inline bool dryad_bits_add(dryad_bits *bits, uint64_t i)
{
  DRYAD_ASSERT(i < bits->count);
  uint64_t *word = &bits->words[i >> 6], bit = UINT64_C(1) << (i & 63);
  if (*word & bit) return false;
  *word |= bit;
  return true;
}

#endif
