/* SPDX-License-Identifier: MIT */
/*
 * Works on blocks of ids that stay in the first-level cache. Each comparison shortens the block: every id is written to
 * the position of the next match, which then advances by 0 or 1, so that no branch depends on the data. The field is a
 * constant in each copy of `keep_by`, which leaves a loop of a read, a subtraction and a comparison.
 */
#include "analysis/range_filter.h"

#include "analysis/dominators.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { BLOCK = 2048, TOLD_EVERY = 32 /* blocks */ };

typedef struct reading {
  const dryad_graph *graph;
  const dryad_dominators *dominators;
} reading;

static inline bool get_len(const dryad_graph *graph, dryad_id id, int64_t *len)
{
  uint32_t narrow = ((const uint32_t *)graph->lens->data)[id];
  if (narrow != DRYAD_NONE) *len = (int64_t)dryad_store_widen(graph->store, narrow);
  return narrow != DRYAD_NONE;
}

/* The number in a field; false: none. */
static inline bool get(const reading *r, dryad_id id, dryad_compared field, int64_t *number)
{
  switch (field) {
  case DRYAD_COMPARED_ADDRESS: *number = (int64_t)dryad_addresses(r->graph)[id]; return true;
  case DRYAD_COMPARED_TYPE: *number = dryad_types(r->graph)[id]; return true;
  case DRYAD_COMPARED_SIZE: *number = (int64_t)dryad_size(r->graph, id); return true;
  case DRYAD_COMPARED_LEN: return get_len(r->graph, id, number);
  case DRYAD_COMPARED_NUM_REFS: *number = (int64_t)dryad_children(r->graph, id).count; return true;
  case DRYAD_COMPARED_NUM_PARENTS: *number = (int64_t)dryad_parents(r->graph, id).count; return true;
  case DRYAD_COMPARED_RETAINED: *number = (int64_t)r->dominators->retained[id]; return true;
  }
  return false;
}

static inline __attribute__((always_inline)) uint32_t keep_by(const reading *r, dryad_id *ids, uint32_t count,
                                                              const dryad_comparison *c, dryad_compared field)
{
  uint32_t kept = 0;
  uint64_t span = (uint64_t)c->high - (uint64_t)c->low;
  for (uint32_t i = 0; i < count; i++) {
    int64_t number = 0;
    dryad_id id = ids[i];
    bool exists = get(r, id, field, &number), is_inside = (uint64_t)number - (uint64_t)c->low <= span;
    ids[kept] = id;
    kept += exists & (is_inside != c->is_outside);
  }
  return kept;
}

/* Moves the ids that match to the start of the block, and returns their number. */
static uint32_t keep(const reading *r, dryad_id *ids, uint32_t count, const dryad_comparison *c)
{
  if (c->low > c->high && !c->is_outside) return 0;
  dryad_comparison all = {c->field, false, INT64_MIN, INT64_MAX};
  if (c->low > c->high) c = &all;
  switch (c->field) {
  case DRYAD_COMPARED_ADDRESS: return keep_by(r, ids, count, c, DRYAD_COMPARED_ADDRESS);
  case DRYAD_COMPARED_TYPE: return keep_by(r, ids, count, c, DRYAD_COMPARED_TYPE);
  case DRYAD_COMPARED_SIZE: return keep_by(r, ids, count, c, DRYAD_COMPARED_SIZE);
  case DRYAD_COMPARED_LEN: return keep_by(r, ids, count, c, DRYAD_COMPARED_LEN);
  case DRYAD_COMPARED_NUM_REFS: return keep_by(r, ids, count, c, DRYAD_COMPARED_NUM_REFS);
  case DRYAD_COMPARED_NUM_PARENTS: return keep_by(r, ids, count, c, DRYAD_COMPARED_NUM_PARENTS);
  case DRYAD_COMPARED_RETAINED: return keep_by(r, ids, count, c, DRYAD_COMPARED_RETAINED);
  }
  return 0;
}

/* Copies the objects among from[start ..] into a block, and returns their number. */
static uint32_t fill(const dryad_graph *graph, dryad_ids from, uint64_t start, dryad_id *block)
{
  uint32_t count = from.count - start < BLOCK ? (uint32_t)(from.count - start) : BLOCK, kept = 0;
  if (!from.ids) {
    for (uint32_t i = 0; i < count; i++) block[i] = (dryad_id)start + i;
    return count;
  }
  for (uint32_t i = 0; i < count; i++) {
    block[kept] = from.ids[start + i];
    kept += block[kept] < graph->count;
  }
  return kept;
}

/* Filters a block, and appends what remains to the result. */
static dryad_status add_block(const reading *r, dryad_ids from, uint64_t start, const dryad_comparison *comparisons,
                              uint32_t count, dryad_column *found, uint64_t *found_count, dryad_error *error)
{
  if (!dryad_column_reserve(found, r->graph->allocator, *found_count + BLOCK, sizeof(dryad_id)))
    return dryad_fail_memory(error);
  dryad_id *block = (dryad_id *)found->data + *found_count;
  uint32_t kept = fill(r->graph, from, start, block);
  for (uint32_t i = 0; i < count && kept; i++) kept = keep(r, block, kept, &comparisons[i]);
  *found_count += kept;
  return DRYAD_OK;
}

dryad_status dryad_ids_in_ranges(const dryad_graph *graph, const dryad_dominators *dominators, dryad_ids from,
                                 const dryad_comparison *comparisons, uint32_t count, dryad_id **out,
                                 uint64_t *out_count, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && out_count && (comparisons || count == 0));
  DRYAD_ASSERT(from.ids || from.count <= graph->count);
  reading r = {graph, dominators};
  dryad_column found = {0};
  uint64_t found_count = 0;
  dryad_status status = DRYAD_OK;
  *out = NULL;
  *out_count = 0;
  for (uint64_t start = 0; start < from.count && !status; start += BLOCK) {
    status = add_block(&r, from, start, comparisons, count, &found, &found_count, error);
    bool is_told = start / BLOCK % TOLD_EVERY == TOLD_EVERY - 1;
    if (!status && is_told && dryad_progress_tell(&progress, "selecting", start, from.count))
      status = dryad_fail_cancelled(error);
  }
  dryad_id *ids = status ? NULL : dryad_realloc(graph->allocator, found.data, found.capacity, found_count, sizeof *ids);
  if (!status && !ids) status = dryad_fail_memory(error);
  if (status) {
    dryad_column_free(&found, graph->allocator, sizeof *ids);
    return status;
  }
  *out = ids;
  *out_count = found_count;
  return DRYAD_OK;
}
