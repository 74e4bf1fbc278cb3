/* SPDX-License-Identifier: MIT */
#include "intake/repeats.h"

#include "base/error.h"

void dryad_repeats_deinit(dryad_repeats *repeats, const dryad_allocator *allocator)
{
  dryad_column_free(&repeats->entries, allocator, sizeof(dryad_repeat));
  *repeats = (dryad_repeats){0};
}

dryad_status dryad_repeats_add(dryad_repeats *repeats, const dryad_allocator *allocator, uint32_t batch,
                               uint64_t record, uint64_t address, dryad_error *error)
{
  if (!dryad_column_reserve(&repeats->entries, allocator, repeats->count + 1, sizeof(dryad_repeat)))
    return dryad_fail_memory(error);
  dryad_repeat *entries = repeats->entries.data;
  entries[repeats->count++] = (dryad_repeat){.record = record, .address = address, .batch = batch, .kept = DRYAD_NONE};
  return DRYAD_OK;
}

void dryad_repeats_number(dryad_repeats *repeats, const dryad_address_index *index)
{
  dryad_repeat *entries = repeats->entries.data;
  for (uint64_t i = 0; i < repeats->count; i++) entries[i].kept = dryad_address_index_rank(index, entries[i].address);
}

static bool are_equal(uint32_t a, uint32_t b, const dryad_store *store)
{
  return store ? dryad_store_widen(store, a) == dryad_store_widen(store, b) : a == b;
}

void dryad_repeats_compare(dryad_repeats *repeats, const uint32_t *const *columns, const uint32_t *kept,
                           const dryad_store *store)
{
  dryad_repeat *entries = repeats->entries.data;
  for (uint64_t i = 0; i < repeats->count; i++) {
    dryad_repeat *repeat = &entries[i];
    if (repeat->differs || are_equal(columns[repeat->batch][repeat->record], kept[repeat->kept], store)) continue;
    repeat->differs = true;
    repeats->conflicts++;
  }
}
