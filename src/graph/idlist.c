/* SPDX-License-Identifier: MIT */
#include "graph/idlist.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/sort.h"
#include "graph/graph.h"

bool dryad_field_get(const dryad_graph *graph, dryad_id id, dryad_field field, int64_t *value)
{
  DRYAD_ASSERT(id < (uint64_t)graph->count + graph->missing && value);
  bool exists = id < graph->count;
  *value = 0;
  switch (field) {
  case DRYAD_FIELD_ADDRESS: *value = (int64_t)dryad_addresses(graph)[id]; return true;
  case DRYAD_FIELD_SIZE: *value = exists ? (int64_t)dryad_size(graph, id) : 0; return true;
  case DRYAD_FIELD_LEN: return exists && dryad_graph_len(graph, id, value);
  case DRYAD_FIELD_NUM_REFS: *value = exists ? (int64_t)dryad_children(graph, id).count : 0; return true;
  case DRYAD_FIELD_NUM_PARENTS: *value = exists ? (int64_t)dryad_parents(graph, id).count : 0; return true;
  }
  return false;
}

dryad_status dryad_ids_of_type(const dryad_graph *graph, uint32_t type, dryad_id **out, uint64_t *out_count,
                               dryad_error *error)
{
  DRYAD_ASSERT(out && out_count);
  const uint32_t *types = dryad_types(graph);
  bool is_any = type == DRYAD_NONE;
  uint64_t count = is_any ? graph->count : 0;
  for (dryad_id id = 0; id < graph->count && !is_any; id++) count += types[id] == type;
  dryad_id *ids = dryad_alloc(graph->allocator, count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  *out = ids;
  *out_count = count;
  /* Stops after the last match, so the write to the next position stays within bounds even if that id is then
     dropped. */
  uint64_t found = 0;
  for (dryad_id id = 0; found < count && id < graph->count; id++) {
    ids[found] = id;
    found += is_any || types[id] == type;
  }
  return DRYAD_OK;
}

dryad_status dryad_ids_sort(const dryad_graph *graph, dryad_id *ids, int64_t *keys, uint64_t count, bool descending,
                            dryad_error *error)
{
  DRYAD_ASSERT(count == 0 || (ids && keys));
  uint64_t flip = descending ? ~(UINT64_C(1) << 63) : UINT64_C(1) << 63;
  uint64_t *ordered = (uint64_t *)keys;
  for (uint64_t i = 0; i < count; i++) ordered[i] ^= flip;
  dryad_status status = dryad_sort(graph->allocator, ordered, ids, count, error);
  for (uint64_t i = 0; i < count; i++) ordered[i] ^= flip;
  return status;
}

/* A list that grows by ids not seen before. */
typedef struct collector {
  const dryad_graph *graph;
  dryad_bits seen;
  dryad_id *ids;
  uint64_t count, capacity;
} collector;

static dryad_status collector_init(collector *c, const dryad_graph *graph, uint64_t capacity, dryad_error *error)
{
  *c = (collector){.graph = graph, .capacity = capacity};
  c->ids = dryad_alloc(graph->allocator, capacity, sizeof *c->ids);
  if (c->ids && dryad_bits_init(&c->seen, graph->allocator, (uint64_t)graph->count + graph->missing)) return DRYAD_OK;
  dryad_free(graph->allocator, c->ids, capacity, sizeof *c->ids);
  return dryad_fail_memory(error);
}

static dryad_status collector_add(collector *c, dryad_id id, dryad_error *error)
{
  if (!dryad_bits_add(&c->seen, id)) return DRYAD_OK;
  if (c->count == c->capacity) {
    uint64_t capacity = c->capacity * 2 + 16;
    dryad_id *ids = dryad_realloc(c->graph->allocator, c->ids, c->capacity, capacity, sizeof *ids);
    if (!ids) return dryad_fail_memory(error);
    c->ids = ids;
    c->capacity = capacity;
  }
  c->ids[c->count++] = id;
  return DRYAD_OK;
}

/* Hands over the list, cut to size, or frees everything after a failure. */
static dryad_status collector_finish(collector *c, dryad_status status, dryad_id **out, uint64_t *out_count,
                                     dryad_error *error)
{
  const dryad_allocator *allocator = c->graph->allocator;
  dryad_bits_deinit(&c->seen);
  dryad_id *ids = status ? NULL : dryad_realloc(allocator, c->ids, c->capacity, c->count, sizeof *ids);
  if (!ids) {
    dryad_free(allocator, c->ids, c->capacity, sizeof *ids);
    return status ? status : dryad_fail_memory(error);
  }
  *out = ids;
  *out_count = c->count;
  return DRYAD_OK;
}

/* Copies the ids whose bit is `wanted` to `out`, and flips the bit, so that each is copied once; returns their number.
   No branch depends on the ids. */
static uint64_t take(dryad_bits *bits, bool wanted, const dryad_id *ids, uint64_t count, dryad_id *out)
{
  uint64_t taken = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t *word = &bits->words[ids[i] >> 6];
    unsigned shift = ids[i] & 63;
    uint64_t is_wanted = (*word >> shift & 1) == wanted;
    out[taken] = ids[i];
    *word ^= is_wanted << shift;
    taken += is_wanted;
  }
  return taken;
}

dryad_status dryad_ids_combine(const dryad_graph *graph, dryad_set_operation operation, const dryad_id *a,
                               uint64_t a_count, const dryad_id *b, uint64_t b_count, dryad_id **out,
                               uint64_t *out_count, dryad_error *error)
{
  DRYAD_ASSERT(out && out_count);
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, a, a_count) && dryad_ids_are_known(graph, b, b_count));
  collector c;
  /* At most all ids are copied; one write may go to the position after the last. */
  uint64_t most = (uint64_t)graph->count + graph->missing + 1;
  uint64_t given = operation == DRYAD_UNION ? a_count + b_count : a_count;
  dryad_status status = collector_init(&c, graph, given < most ? given : most, error);
  if (status) return status;
  if (operation != DRYAD_UNION)
    for (uint64_t i = 0; i < b_count; i++) dryad_bits_set(&c.seen, b[i]);
  c.count = take(&c.seen, operation == DRYAD_INTERSECTION, a, a_count, c.ids);
  if (operation == DRYAD_UNION) c.count += take(&c.seen, false, b, b_count, c.ids + c.count);
  return collector_finish(&c, DRYAD_OK, out, out_count, error);
}

typedef dryad_ids (*neighbours)(const dryad_graph *graph, dryad_id id);

static dryad_status collect_neighbours(const dryad_graph *graph, neighbours of, const dryad_id *ids, uint64_t count,
                                       dryad_id **out, uint64_t *out_count, dryad_error *error)
{
  collector c;
  dryad_status status = collector_init(&c, graph, count, error);
  if (status) return status;
  for (uint64_t i = 0; i < count && !status; i++) {
    if (ids[i] >= graph->count) continue;
    dryad_ids found = of(graph, ids[i]);
    for (uint64_t k = 0; k < found.count && !status; k++) status = collector_add(&c, found.ids[k], error);
  }
  return collector_finish(&c, status, out, out_count, error);
}

dryad_status dryad_ids_children(const dryad_graph *graph, const dryad_id *ids, uint64_t count, dryad_id **out,
                                uint64_t *out_count, dryad_error *error)
{
  DRYAD_ASSERT(out && out_count);
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, ids, count));
  return collect_neighbours(graph, dryad_graph_children, ids, count, out, out_count, error);
}

dryad_status dryad_ids_parents(const dryad_graph *graph, const dryad_id *ids, uint64_t count, dryad_id **out,
                               uint64_t *out_count, dryad_error *error)
{
  DRYAD_ASSERT(out && out_count);
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, ids, count));
  return collect_neighbours(graph, dryad_graph_parents, ids, count, out, out_count, error);
}
