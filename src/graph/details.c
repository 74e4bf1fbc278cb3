/* SPDX-License-Identifier: MIT */
#include "graph/details.h"

#include <string.h>

#include "base/error.h"
#include "base/search.h"
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
  uint64_t place = dryad_lower_bound(detail->ids, detail->count, id);
  return place < detail->count && detail->ids[place] == id ? detail->values[place] : DRYAD_NONE;
}

/* ---- making ------------------------------------------------------------------------------------ */

void dryad_details_builder_init(dryad_details_builder *builder, const dryad_allocator *allocator, uint32_t objects)
{
  *builder = (dryad_details_builder){.allocator = allocator, .objects = objects};
}

void dryad_details_builder_deinit(dryad_details_builder *builder)
{
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    dryad_free(builder->allocator, builder->kinds[kind].values, builder->objects, sizeof(uint32_t));
    dryad_free(builder->allocator, builder->kinds[kind].entries, builder->kinds[kind].room, sizeof(uint64_t));
  }
}

bool dryad_details_expect(dryad_details_builder *builder, dryad_detail_kind kind, uint64_t count)
{
  DRYAD_ASSERT(!builder->kinds[kind].values && !builder->kinds[kind].entries);
  if (count == 0) return true;
  if (count > builder->objects / 2) {
    uint32_t *values = dryad_alloc(builder->allocator, builder->objects, sizeof *values);
    if (values) memset(values, 0xff, builder->objects * sizeof *values);
    builder->kinds[kind].values = values;
    return values;
  }
  builder->kinds[kind].entries = dryad_alloc(builder->allocator, count, sizeof(uint64_t));
  builder->kinds[kind].room = count;
  return builder->kinds[kind].entries;
}

void dryad_details_add(dryad_details_builder *builder, dryad_detail_kind kind, dryad_id id, uint32_t value)
{
  DRYAD_ASSERT(id < builder->objects);
  uint32_t *values = builder->kinds[kind].values;
  if (values) {
    builder->kinds[kind].count += values[id] == DRYAD_NONE;
    values[id] = values[id] == DRYAD_NONE ? value : values[id];
    return;
  }
  DRYAD_ASSERT(builder->kinds[kind].count < builder->kinds[kind].room);
  builder->kinds[kind].entries[builder->kinds[kind].count++] = (uint64_t)id << 32 | value;
}

static dryad_id id_of(uint64_t entry) { return (dryad_id)(entry >> 32); }

void dryad_details_drop(dryad_details_builder *builder, dryad_detail_kind kind, const dryad_bits *ids)
{
  uint32_t *values = builder->kinds[kind].values;
  uint64_t *entries = builder->kinds[kind].entries, count = builder->kinds[kind].count, left = 0;
  for (dryad_id id = 0; values && id < builder->objects; id++) {
    if (dryad_bits_get(ids, id)) values[id] = DRYAD_NONE;
    left += values[id] != DRYAD_NONE;
  }
  for (uint64_t i = 0; entries && i < count; i++)
    if (!dryad_bits_get(ids, id_of(entries[i]))) entries[left++] = entries[i];
  builder->kinds[kind].count = left;
}

/* Sorts the entries of a kind, and drops all but the first of equal ids. */
static dryad_status sort_distinct(dryad_details_builder *builder, dryad_detail_kind kind, dryad_error *error)
{
  uint64_t *entries = builder->kinds[kind].entries, count = builder->kinds[kind].count, distinct = 0;
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
  builder->kinds[kind].count = distinct;
  return status;
}

static dryad_status make_sparse(dryad_detail *detail, dryad_details_builder *builder, dryad_detail_kind kind,
                                dryad_error *error)
{
  dryad_status status = sort_distinct(builder, kind, error);
  if (status) return status;
  const uint64_t *entries = builder->kinds[kind].entries;
  uint32_t count = (uint32_t)builder->kinds[kind].count;
  *detail = (dryad_detail){count, dryad_alloc(builder->allocator, count, sizeof *detail->ids),
                           dryad_alloc(builder->allocator, count, sizeof *detail->values)};
  if (!detail->ids || !detail->values) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < count; i++) {
    detail->ids[i] = id_of(entries[i]);
    detail->values[i] = (uint32_t)entries[i];
  }
  return DRYAD_OK;
}

dryad_status dryad_details_finish(dryad_details **out, dryad_details_builder *builder, dryad_error *error)
{
  uint64_t all = 0;
  *out = NULL;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) all += builder->kinds[kind].count;
  if (all == 0) return DRYAD_OK;
  dryad_details *made = dryad_calloc(builder->allocator, 1, sizeof *made);
  if (!made) return dryad_fail_memory(error);
  *made = (dryad_details){.allocator = builder->allocator, .references = 1};
  dryad_status status = DRYAD_OK;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && !status; kind++) {
    if (builder->kinds[kind].count == 0) continue;
    if (builder->kinds[kind].values)
      made->kinds[kind] = (dryad_detail){builder->objects, NULL, builder->kinds[kind].values};
    else
      status = make_sparse(&made->kinds[kind], builder, kind, error);
    builder->kinds[kind].values = NULL; /* taken over */
  }
  if (status)
    dryad_details_release(made);
  else
    *out = made;
  return status;
}

/* ---- for another graph --------------------------------------------------------------------------- */

static bool add_moved(dryad_details_builder *builder, const dryad_detail *detail, dryad_detail_kind kind,
                      const dryad_annotations_move *move)
{
  uint64_t count = 0;
  for (uint32_t i = 0; i < detail->count; i++) count += detail->values[i] != DRYAD_NONE;
  if (!dryad_details_expect(builder, kind, count)) return false;
  for (uint32_t i = 0; i < detail->count; i++) {
    if (detail->values[i] == DRYAD_NONE) continue;
    bool is_part = false;
    dryad_id id = move->object(move->context, detail->ids ? detail->ids[i] : i, &is_part);
    if (id != DRYAD_NONE && !is_part) dryad_details_add(builder, kind, id, detail->values[i]);
  }
  return true;
}

dryad_status dryad_details_moved(dryad_details **out, const dryad_details *details, const dryad_annotations_move *move,
                                 const dryad_bits *uncounted, uint32_t objects, const dryad_allocator *allocator,
                                 dryad_error *error)
{
  dryad_details_builder builder;
  bool ok = true;
  *out = NULL;
  if (!details) return DRYAD_OK;
  dryad_details_builder_init(&builder, allocator, objects);
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && ok; kind++)
    ok = add_moved(&builder, &details->kinds[kind], kind, move);
  if (ok && uncounted) dryad_details_drop(&builder, DRYAD_DETAIL_REFCOUNT, uncounted);
  dryad_status status = ok ? dryad_details_finish(out, &builder, error) : dryad_fail_memory(error);
  dryad_details_builder_deinit(&builder);
  return status;
}
