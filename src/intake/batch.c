/* SPDX-License-Identifier: MIT */
#include "intake/batch.h"

#include "base/assert.h"
#include "base/error.h"

bool dryad_batch_init(dryad_batch *batch, const dryad_allocator *allocator, const dryad_runtime *runtime)
{
  *batch = (dryad_batch){.allocator = allocator, .store = dryad_store_new(allocator)};
  if (batch->store) batch->store->runtime = runtime;
  return batch->store != NULL;
}

void dryad_batch_deinit(dryad_batch *batch)
{
  const dryad_allocator *allocator = batch->allocator;
  dryad_store_release(batch->store);
  dryad_column_free(&batch->addresses, allocator, sizeof(uint64_t));
  dryad_column_free(&batch->types, allocator, sizeof(uint32_t));
  dryad_column_free(&batch->sizes, allocator, sizeof(uint32_t));
  dryad_column_free(&batch->lens, allocator, sizeof(uint32_t));
  dryad_column_free(&batch->labels, allocator, sizeof(uint32_t));
  dryad_column_free(&batch->ref_counts, allocator, sizeof(uint32_t));
  dryad_column_free(&batch->refs, allocator, sizeof(uint64_t));
  dryad_column_free(&batch->named_refs, allocator, sizeof(dryad_named_ref));
  dryad_column_free(&batch->root_records, allocator, sizeof(dryad_root_record));
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++)
    dryad_column_free(&batch->details[kind], allocator, sizeof(uint64_t));
  *batch = (dryad_batch){.allocator = allocator};
}

bool dryad_batch_reserve(dryad_batch *batch, uint64_t records, uint64_t refs)
{
  DRYAD_ASSERT(batch->store);
  const dryad_allocator *allocator = batch->allocator;
  uint64_t count = batch->count + records;
  return dryad_column_reserve(&batch->addresses, allocator, count, sizeof(uint64_t)) &&
         dryad_column_reserve(&batch->types, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&batch->sizes, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&batch->lens, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&batch->labels, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&batch->ref_counts, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&batch->refs, allocator, batch->ref_count + refs, sizeof(uint64_t));
}

/* How many records the batch has room for from the last one on. A column that many records will add to starts out with
   such room, as the other columns do, so that it has huge pages; unused room costs nothing. */
static uint64_t room_left(const dryad_batch *batch) { return batch->types.capacity - (batch->count - 1); }

dryad_status dryad_batch_name_ref(dryad_batch *batch, uint32_t position, dryad_text name, dryad_error *error)
{
  DRYAD_ASSERT(batch->count > 0 && name.data);
  uint64_t record = batch->count - 1, i = batch->named_ref_count;
  DRYAD_ASSERT(position < ((const uint32_t *)batch->ref_counts.data)[record]);
  uint64_t first = batch->ref_count - ((const uint32_t *)batch->ref_counts.data)[record];
  dryad_named_ref named = {.record = record, .ref = first + position, .position = position};
  uint64_t room = i == 0 ? room_left(batch) / 4 + 1 : 1;
  if (!dryad_column_reserve(&batch->named_refs, batch->allocator, i + room, sizeof named))
    return dryad_fail_memory(error);
  dryad_status status = dryad_string_pool_add(&batch->store->texts, name.data, name.length, &named.name, error);
  if (status) return status;
  ((dryad_named_ref *)batch->named_refs.data)[i] = named;
  batch->named_ref_count++;
  return DRYAD_OK;
}

dryad_status dryad_batch_add_root(dryad_batch *batch, dryad_root_reason reason, dryad_error *error)
{
  DRYAD_ASSERT(batch->count > 0 && reason != DRYAD_ROOT_NONE);
  const dryad_root_record root = {batch->count - 1, reason};
  uint64_t i = batch->root_record_count;
  if (!dryad_column_reserve(&batch->root_records, batch->allocator, i + 1, sizeof root))
    return dryad_fail_memory(error);
  ((dryad_root_record *)batch->root_records.data)[i] = root;
  batch->root_record_count++;
  return DRYAD_OK;
}

static dryad_status add_detail(dryad_batch *batch, dryad_detail_kind kind, uint32_t value, dryad_error *error)
{
  DRYAD_ASSERT(batch->count > 0);
  uint64_t record = batch->count - 1, i = batch->detail_counts[kind];
  bool is_frequent = kind == DRYAD_DETAIL_REFCOUNT || kind == DRYAD_DETAIL_ALLOCATED;
  uint64_t room = i == 0 && is_frequent ? room_left(batch) : 1;
  if (record > UINT32_MAX) return dryad_fail(error, DRYAD_LIMIT, "more than 4294967296 records with details");
  if (!dryad_column_reserve(&batch->details[kind], batch->allocator, i + room, sizeof(uint64_t)))
    return dryad_fail_memory(error);
  ((uint64_t *)batch->details[kind].data)[i] = record << 32 | value;
  batch->detail_counts[kind]++;
  return DRYAD_OK;
}

dryad_status dryad_batch_add_number(dryad_batch *batch, dryad_detail_kind kind, uint64_t number, dryad_error *error)
{
  DRYAD_ASSERT(!dryad_detail_is_text(kind));
  uint32_t narrow;
  dryad_status status = dryad_store_narrow(batch->store, number, &narrow, error);
  return status ? status : add_detail(batch, kind, narrow, error);
}

dryad_status dryad_batch_add_text(dryad_batch *batch, dryad_detail_kind kind, dryad_text text, dryad_error *error)
{
  DRYAD_ASSERT(dryad_detail_is_text(kind) && text.data);
  dryad_text_ref ref;
  dryad_status status = dryad_string_pool_add(&batch->store->texts, text.data, text.length, &ref, error);
  return status ? status : add_detail(batch, kind, ref, error);
}

/* Maps the numbers of one store to those of another. */
typedef struct renumbering {
  const dryad_allocator *allocator;
  uint32_t *types;
  uint32_t type_count;
  dryad_text_ref *texts; /* indexed by the old reference */
  uint64_t text_count;
  uint32_t *wide;
  uint32_t wide_count;
  uint32_t *extras; /* labels */
  uint32_t extra_count;
} renumbering;

static bool renumbering_init(renumbering *map, const dryad_store *from)
{
  *map = (renumbering){.allocator = from->allocator,
                       .type_count = from->type_count,
                       .text_count = from->texts.used / 8,
                       .wide_count = from->wide_count,
                       .extra_count = from->extra_count};
  map->types = dryad_alloc(map->allocator, map->type_count, sizeof *map->types);
  map->texts = dryad_alloc(map->allocator, map->text_count, sizeof *map->texts);
  map->wide = dryad_alloc(map->allocator, map->wide_count, sizeof *map->wide);
  map->extras = dryad_alloc(map->allocator, map->extra_count, sizeof *map->extras);
  return map->types && map->texts && map->wide && map->extras;
}

static void renumbering_deinit(renumbering *map)
{
  dryad_free(map->allocator, map->types, map->type_count, sizeof *map->types);
  dryad_free(map->allocator, map->texts, map->text_count, sizeof *map->texts);
  dryad_free(map->allocator, map->wide, map->wide_count, sizeof *map->wide);
  dryad_free(map->allocator, map->extras, map->extra_count, sizeof *map->extras);
}

static dryad_status move_store(renumbering *map, dryad_store *to, const dryad_store *from, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (uint32_t i = 0; i < from->type_count && !status; i++) {
    dryad_text name = dryad_store_type_name(from, i);
    status = dryad_store_type(to, name.data, name.length, &map->types[i], error);
  }
  for (dryad_text_ref ref = 0; ref < map->text_count && !status;) {
    dryad_text text = dryad_string_pool_get(&from->texts, ref);
    status = dryad_string_pool_add(&to->texts, text.data, text.length, &map->texts[ref], error);
    ref = dryad_string_pool_next(&from->texts, text);
  }
  for (uint32_t i = 0; i < from->wide_count && !status; i++)
    status = dryad_store_narrow(to, from->wide[i], &map->wide[i], error);
  for (uint32_t i = 0; i < from->extra_count && !status; i++) {
    dryad_extra extra = from->extras[i];
    if (extra.text != DRYAD_NO_TEXT) extra.text = map->texts[extra.text];
    if (extra.name != DRYAD_NO_TEXT) extra.name = map->texts[extra.name];
    status = dryad_store_extra(to, extra, &map->extras[i], error);
  }
  return status;
}

static uint32_t new_label(const renumbering *map, uint32_t label)
{
  uint32_t payload = label & DRYAD_LABEL_PAYLOAD;
  if (label == DRYAD_NO_LABEL) return label;
  switch (dryad_label_kind_of(label)) {
  case DRYAD_LABEL_INTEGER: return label;
  case DRYAD_LABEL_EXTRA: return map->extras[payload];
  default: return dryad_label_make(dryad_label_kind_of(label), map->texts[payload]);
  }
}

static uint32_t new_narrow(const renumbering *map, uint32_t narrow)
{
  return narrow < DRYAD_WIDE || narrow == DRYAD_NONE ? narrow : map->wide[narrow & ~DRYAD_WIDE];
}

static void renumber_details(const renumbering *map, dryad_batch *batch)
{
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    uint64_t *details = batch->details[kind].data;
    bool is_text = dryad_detail_is_text(kind);
    if (!is_text && map->wide_count == 0) continue;
    for (uint64_t i = 0; i < batch->detail_counts[kind]; i++) {
      uint32_t value = (uint32_t)details[i], renumbered = is_text ? map->texts[value] : new_narrow(map, value);
      details[i] = details[i] >> 32 << 32 | renumbered;
    }
  }
}

static void renumber(const renumbering *map, dryad_batch *batch)
{
  uint32_t *types = batch->types.data, *sizes = batch->sizes.data, *lens = batch->lens.data,
           *labels = batch->labels.data;
  for (uint64_t i = 0; i < batch->count; i++) types[i] = map->types[types[i]];
  for (uint64_t i = 0; i < batch->count; i++) labels[i] = new_label(map, labels[i]);
  dryad_named_ref *named = batch->named_refs.data;
  for (uint64_t i = 0; i < batch->named_ref_count; i++) named[i].name = map->texts[named[i].name];
  for (uint64_t i = 0; map->wide_count && i < batch->count; i++) {
    sizes[i] = new_narrow(map, sizes[i]);
    lens[i] = new_narrow(map, lens[i]);
  }
  renumber_details(map, batch);
}

dryad_status dryad_batches_join(dryad_batch *batches, uint32_t batch_count, dryad_error *error)
{
  DRYAD_ASSERT(batches && batch_count >= 1);
  for (uint32_t p = 1; p < batch_count; p++) {
    renumbering map;
    dryad_status status = renumbering_init(&map, batches[p].store) ? DRYAD_OK : dryad_fail_memory(error);
    if (!status) status = move_store(&map, batches[0].store, batches[p].store, error);
    if (!status) {
      renumber(&map, &batches[p]);
      dryad_store_release(batches[p].store);
      batches[p].store = dryad_store_retain(batches[0].store);
    }
    renumbering_deinit(&map);
    if (status) return status;
  }
  return DRYAD_OK;
}
