/* SPDX-License-Identifier: MIT */
/*
 * Dense numbers for ids of 32 bits: the first id asked for is 0, the next new one 1, and so on. Like a dryad_key_table,
 * but smaller, and near ids have near slots, so that it is fast for many of the objects of a large heap.
 */
#ifndef DRYAD_BASE_ID_NUMBERS_H
#define DRYAD_BASE_ID_NUMBERS_H

#include "base/memory.h"

typedef struct dryad_id_slot {
  uint32_t id;
  uint32_t number; /* DRYAD_NONE: free */
} dryad_id_slot;

typedef struct dryad_id_numbers {
  const dryad_allocator *allocator;
  dryad_column ids; /* uint32_t[count], by number */
  dryad_id_slot *slots;
  uint64_t slot_count; /* a power of two or 0 */
  uint32_t count;
} dryad_id_numbers;

void dryad_id_numbers_deinit(dryad_id_numbers *numbers);
/* Whether an id has a number, and which; DRYAD_NONE: it has none. O(1). */
bool dryad_id_numbers_find(const dryad_id_numbers *numbers, uint32_t id, uint32_t *number);
/* Looks up the number of an id; a new id gets the next one. False: no memory. O(1). */
bool dryad_id_numbers_add(dryad_id_numbers *numbers, uint32_t id, uint32_t *number);
/* The id with a number. */
static inline uint32_t dryad_id_numbers_get(const dryad_id_numbers *numbers, uint32_t number)
{
  return ((const uint32_t *)numbers->ids.data)[number];
}

#endif
