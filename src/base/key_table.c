/* SPDX-License-Identifier: MIT */
#include "base/key_table.h"

#include <string.h>
#include <xxhash.h>

#include "base/assert.h"

enum { FIRST_SLOTS = 64 };

void dryad_key_table_deinit(dryad_key_table *table)
{
  dryad_column_free(&table->keys, table->allocator, sizeof(dryad_key));
  dryad_free(table->allocator, table->slots, table->slot_count, sizeof *table->slots);
  *table = (dryad_key_table){.allocator = table->allocator};
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *slot_of(const dryad_key_table *table, const dryad_key *key)
{
  const dryad_key *keys = table->keys.data;
  uint64_t at = XXH3_64bits(key, sizeof *key);
  for (;; at++) {
    uint32_t *slot = &table->slots[at & (table->slot_count - 1)];
    if (*slot == DRYAD_NONE || memcmp(&keys[*slot], key, sizeof *key) == 0) return slot;
  }
}

static bool grow(dryad_key_table *table)
{
  dryad_key_table larger = *table;
  larger.slot_count = table->slot_count ? table->slot_count * 2 : FIRST_SLOTS;
  larger.slots = dryad_alloc(table->allocator, larger.slot_count, sizeof *larger.slots);
  if (!larger.slots) return false;
  memset(larger.slots, 0xff, larger.slot_count * sizeof *larger.slots);
  for (uint32_t i = 0; i < table->count; i++) *slot_of(&larger, &((const dryad_key *)table->keys.data)[i]) = i;
  dryad_free(table->allocator, table->slots, table->slot_count, sizeof *table->slots);
  *table = larger;
  return true;
}

bool dryad_key_table_find(const dryad_key_table *table, dryad_key key, uint32_t *number)
{
  DRYAD_ASSERT(number);
  *number = table->count > 0 ? *slot_of(table, &key) : DRYAD_NONE;
  return *number != DRYAD_NONE;
}

bool dryad_key_table_number(dryad_key_table *table, dryad_key key, uint32_t *number)
{
  DRYAD_ASSERT(number);
  if ((uint64_t)table->count * 2 >= table->slot_count && !grow(table)) return false;
  uint32_t *slot = slot_of(table, &key);
  if (*slot == DRYAD_NONE) {
    if (!dryad_column_reserve(&table->keys, table->allocator, (uint64_t)table->count + 1, sizeof key)) return false;
    ((dryad_key *)table->keys.data)[table->count] = key;
    *slot = table->count++;
  }
  *number = *slot;
  return true;
}
