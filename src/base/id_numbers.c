/* SPDX-License-Identifier: MIT */
#include "base/id_numbers.h"

#include <string.h>

#include "base/assert.h"

enum { FIRST_SLOTS = 64, RUN_BITS = 4 }; /* ids that differ in the lowest bits only have slots side by side */

void dryad_id_numbers_deinit(dryad_id_numbers *numbers)
{
  dryad_column_free(&numbers->ids, numbers->allocator, sizeof(uint32_t));
  dryad_free(numbers->allocator, numbers->slots, numbers->slot_count, sizeof *numbers->slots);
  *numbers = (dryad_id_numbers){.allocator = numbers->allocator};
}

/* The slot that holds the id, or the free one where it belongs. */
static dryad_id_slot *slot_of(const dryad_id_numbers *numbers, uint32_t id)
{
  uint64_t run = (id >> RUN_BITS) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
  uint64_t at = (run << RUN_BITS) + (id & ((1U << RUN_BITS) - 1));
  for (;; at++) {
    dryad_id_slot *slot = &numbers->slots[at & (numbers->slot_count - 1)];
    if (slot->number == DRYAD_NONE || slot->id == id) return slot;
  }
}

static bool grow(dryad_id_numbers *numbers)
{
  dryad_id_numbers larger = *numbers;
  larger.slot_count = numbers->slot_count ? numbers->slot_count * 2 : FIRST_SLOTS;
  larger.slots = dryad_alloc(numbers->allocator, larger.slot_count, sizeof *larger.slots);
  if (!larger.slots) return false;
  memset(larger.slots, 0xff, larger.slot_count * sizeof *larger.slots);
  for (uint32_t i = 0; i < numbers->count; i++) {
    uint32_t id = dryad_id_numbers_get(numbers, i);
    *slot_of(&larger, id) = (dryad_id_slot){id, i};
  }
  dryad_free(numbers->allocator, numbers->slots, numbers->slot_count, sizeof *numbers->slots);
  *numbers = larger;
  return true;
}

bool dryad_id_numbers_find(const dryad_id_numbers *numbers, uint32_t id, uint32_t *number)
{
  DRYAD_ASSERT(number);
  *number = numbers->count > 0 ? slot_of(numbers, id)->number : DRYAD_NONE;
  return *number != DRYAD_NONE;
}

bool dryad_id_numbers_add(dryad_id_numbers *numbers, uint32_t id, uint32_t *number)
{
  DRYAD_ASSERT(number);
  if ((uint64_t)numbers->count * 2 >= numbers->slot_count && !grow(numbers)) return false;
  dryad_id_slot *slot = slot_of(numbers, id);
  if (slot->number == DRYAD_NONE) {
    if (!dryad_column_reserve(&numbers->ids, numbers->allocator, (uint64_t)numbers->count + 1, sizeof id)) return false;
    ((uint32_t *)numbers->ids.data)[numbers->count] = id;
    *slot = (dryad_id_slot){id, numbers->count++};
  }
  *number = slot->number;
  return true;
}
