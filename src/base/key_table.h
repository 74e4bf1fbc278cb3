/* SPDX-License-Identifier: MIT */
/* Dense numbers for keys of three words: the first key asked for is 0, the next new one 1, and so on. */
#ifndef DRYAD_BASE_KEY_TABLE_H
#define DRYAD_BASE_KEY_TABLE_H

#include "base/memory.h"

typedef struct dryad_key {
  uint64_t words[3];
} dryad_key;

typedef struct dryad_key_table {
  const dryad_allocator *allocator;
  dryad_column keys; /* dryad_key[count], by number */
  uint32_t *slots;   /* slot_count, a power of two or 0: numbers, DRYAD_NONE: free */
  uint64_t slot_count;
  uint32_t count;
} dryad_key_table;

void dryad_key_table_deinit(dryad_key_table *table);
/* Whether the table holds a key, and its number. O(1). */
bool dryad_key_table_find(const dryad_key_table *table, dryad_key key, uint32_t *number);
/* Looks up the number of a key; a new key gets the next one. False: no memory. O(1). */
bool dryad_key_table_number(dryad_key_table *table, dryad_key key, uint32_t *number);

#endif
