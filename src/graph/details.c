/* SPDX-License-Identifier: MIT */
#include "graph/details.h"

#include <string.h>

#include "base/error.h"
#include "base/sort.h"

/* ---- life -------------------------------------------------------------------------------------- */

dryad_details *dryad_details_retain(dryad_details *details)
{
  if (details) details->references++;
  return details;
}

void dryad_details_release(dryad_details *details)
{
  if (!details || --details->references) return;
  const dryad_allocator *allocator = details->allocator;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    dryad_detail *detail = &details->kinds[kind];
    dryad_free(allocator, detail->ids, detail->count, sizeof *detail->ids);
    dryad_free(allocator, detail->values, detail->count, sizeof *detail->values);
  }
  dryad_free(allocator, details, 1, sizeof *details);
}

uint64_t dryad_details_bytes(const dryad_details *details)
{
  uint64_t bytes = 0;
  for (unsigned kind = 0; details && kind < DRYAD_DETAIL_KINDS; kind++) {
    const dryad_detail *detail = &details->kinds[kind];
    bytes += detail->count * (sizeof *detail->values + (detail->ids ? sizeof *detail->ids : 0));
  }
  return bytes;
}

uint32_t dryad_details_get(const dryad_details *details, dryad_detail_kind kind, dryad_id id)
{
  if (!details) return DRYAD_NONE;
  const dryad_detail *detail = &details->kinds[kind];
  if (!detail->ids) return id < detail->count ? detail->values[id] : DRYAD_NONE;
  uint32_t low = 0, high = detail->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (detail->ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < detail->count && detail->ids[low] == id ? detail->values[low] : DRYAD_NONE;
}

/* ---- making ------------------------------------------------------------------------------------ */

void dryad_details_builder_init(dryad_details_builder *builder, const dryad_allocator *allocator)
{
  *builder = (dryad_details_builder){.allocator = allocator};
}

void dryad_details_builder_deinit(dryad_details_builder *builder)
{
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++)
    dryad_column_free(&builder->entries[kind], builder->allocator, sizeof(uint64_t));
}

bool dryad_details_add(dryad_details_builder *builder, dryad_detail_kind kind, dryad_id id, uint32_t value)
{
  uint64_t i = builder->counts[kind];
  if (!dryad_column_reserve(&builder->entries[kind], builder->allocator, i + 1, sizeof(uint64_t))) return false;
  ((uint64_t *)builder->entries[kind].data)[i] = (uint64_t)id << 32 | value;
  builder->counts[kind]++;
  return true;
}

static dryad_id id_of(uint64_t entry) { return (dryad_id)(entry >> 32); }

static dryad_status make_dense(dryad_detail *detail, const dryad_details_builder *builder, dryad_detail_kind kind,
                               uint32_t objects, dryad_error *error)
{
  const uint64_t *entries = builder->entries[kind].data;
  detail->values = dryad_alloc(builder->allocator, objects, sizeof *detail->values);
  if (!detail->values) return dryad_fail_memory(error);
  detail->count = objects;
  memset(detail->values, 0xff, objects * sizeof *detail->values);
  for (uint64_t i = 0; i < builder->counts[kind]; i++) {
    uint32_t *value = &detail->values[id_of(entries[i])];
    if (*value == DRYAD_NONE) *value = (uint32_t)entries[i];
  }
  return DRYAD_OK;
}

/* Sorts the entries of a kind, and drops all but the first of equal ids. */
static dryad_status sort_distinct(dryad_details_builder *builder, dryad_detail_kind kind, dryad_error *error)
{
  uint64_t *entries = builder->entries[kind].data, count = builder->counts[kind], distinct = 0;
  uint32_t *values = dryad_alloc(builder->allocator, count, sizeof *values);
  if (!values) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < count; i++) {
    values[i] = (uint32_t)entries[i];
    entries[i] >>= 32;
  }
  dryad_status status = dryad_sort(builder->allocator, entries, values, count, error);
  for (uint64_t i = 0; i < count && !status; i++)
    if (distinct == 0 || id_of(entries[distinct - 1]) != entries[i]) entries[distinct++] = entries[i] << 32 | values[i];
  dryad_free(builder->allocator, values, count, sizeof *values);
  builder->counts[kind] = distinct;
  return status;
}

static dryad_status make_sparse(dryad_detail *detail, dryad_details_builder *builder, dryad_detail_kind kind,
                                dryad_error *error)
{
  dryad_status status = sort_distinct(builder, kind, error);
  if (status) return status;
  const uint64_t *entries = builder->entries[kind].data;
  uint32_t count = (uint32_t)builder->counts[kind];
  dryad_id *ids = dryad_alloc(builder->allocator, count, sizeof *ids);
  uint32_t *values = dryad_alloc(builder->allocator, count, sizeof *values);
  *detail = (dryad_detail){count, ids, values};
  if (!ids || !values) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < count; i++) {
    ids[i] = id_of(entries[i]);
    values[i] = (uint32_t)entries[i];
  }
  return DRYAD_OK;
}

dryad_status dryad_details_finish(dryad_details **out, dryad_details_builder *builder, uint32_t objects,
                                  dryad_error *error)
{
  uint64_t all = 0;
  *out = NULL;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) all += builder->counts[kind];
  if (all == 0) return DRYAD_OK;
  dryad_details *made = dryad_calloc(builder->allocator, 1, sizeof *made);
  if (!made) return dryad_fail_memory(error);
  *made = (dryad_details){.allocator = builder->allocator, .references = 1};
  dryad_status status = DRYAD_OK;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && !status; kind++) {
    if (builder->counts[kind] == 0) continue;
    bool is_dense = builder->counts[kind] > objects / 2;
    status = is_dense ? make_dense(&made->kinds[kind], builder, kind, objects, error)
                      : make_sparse(&made->kinds[kind], builder, kind, error);
    dryad_column_free(&builder->entries[kind], builder->allocator, sizeof(uint64_t));
    builder->counts[kind] = 0;
  }
  if (status)
    dryad_details_release(made);
  else
    *out = made;
  return status;
}

/* ---- for another graph --------------------------------------------------------------------------- */

static bool add_moved(dryad_details_builder *builder, const dryad_details *from, dryad_detail_kind kind,
                      const dryad_annotations_move *move)
{
  const dryad_detail *detail = &from->kinds[kind];
  for (uint32_t i = 0; i < detail->count; i++) {
    if (detail->values[i] == DRYAD_NONE) continue;
    bool is_part = false;
    dryad_id id = move->object(move->context, detail->ids ? detail->ids[i] : i, &is_part);
    if (id == DRYAD_NONE || is_part) continue;
    if (!dryad_details_add(builder, kind, id, detail->values[i])) return false;
  }
  return true;
}

dryad_status dryad_details_moved(dryad_details **out, const dryad_details *details, const dryad_annotations_move *move,
                                 uint32_t objects, const dryad_allocator *allocator, dryad_error *error)
{
  dryad_details_builder builder;
  bool ok = true;
  *out = NULL;
  if (!details) return DRYAD_OK;
  dryad_details_builder_init(&builder, allocator);
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && ok; kind++) ok = add_moved(&builder, details, kind, move);
  dryad_status status = ok ? dryad_details_finish(out, &builder, objects, error) : dryad_fail_memory(error);
  dryad_details_builder_deinit(&builder);
  return status;
}
