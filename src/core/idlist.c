#include "core/idlist.h"

#include "core/error.h"
#include "core/graph.h"
#include "core/sort.h"

bool dryad_field_get(const dryad_graph *graph, dryad_id id, dryad_field field, int64_t *value)
{
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
  const uint32_t *types = dryad_types(graph);
  uint64_t count = 0;
  for (dryad_id id = 0; id < graph->count; id++) count += type == DRYAD_NONE || types[id] == type;
  dryad_id *ids = dryad_alloc(graph->allocator, count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  *out = ids;
  *out_count = count;
  for (dryad_id id = 0; id < graph->count; id++)
    if (type == DRYAD_NONE || types[id] == type) *ids++ = id;
  return DRYAD_OK;
}

static dryad_status sort_by_field(const dryad_graph *graph, dryad_id *ids, uint64_t *keys, uint64_t count,
                                  dryad_field field, bool descending, dryad_error *error)
{
  for (uint64_t i = 0; i < count; i++) {
    int64_t value;
    dryad_field_get(graph, ids[i], field, &value);
    keys[i] = descending ? ~(uint64_t)value : (uint64_t)value;
  }
  return dryad_sort(graph->allocator, keys, ids, count, error);
}

dryad_status dryad_ids_rank(const dryad_graph *graph, dryad_id *ids, uint64_t count, dryad_error *error)
{
  uint64_t *keys = dryad_alloc(graph->allocator, count, sizeof *keys);
  if (!keys) return dryad_fail_memory(error);
  dryad_status status = sort_by_field(graph, ids, keys, count, DRYAD_FIELD_ADDRESS, false, error);
  static const dryad_field fields[] = {DRYAD_FIELD_NUM_PARENTS, DRYAD_FIELD_NUM_REFS, DRYAD_FIELD_SIZE};
  for (unsigned f = 0; f < 3 && !status; f++) status = sort_by_field(graph, ids, keys, count, fields[f], true, error);
  dryad_free(graph->allocator, keys, count, sizeof *keys);
  return status;
}

dryad_status dryad_ids_sort(const dryad_graph *graph, dryad_id *ids, int64_t *keys, uint64_t count, bool descending,
                            dryad_error *error)
{
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

/* Hands the list over, cut to size, or gives everything back after a failure. */
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

dryad_status dryad_ids_combine(const dryad_graph *graph, dryad_set_operation operation, const dryad_id *a,
                               uint64_t a_count, const dryad_id *b, uint64_t b_count, dryad_id **out,
                               uint64_t *out_count, dryad_error *error)
{
  collector c;
  dryad_status status = collector_init(&c, graph, operation == DRYAD_UNION ? a_count + b_count : a_count, error);
  if (status) return status;
  if (operation == DRYAD_UNION) {
    for (uint64_t i = 0; i < a_count && !status; i++) status = collector_add(&c, a[i], error);
    for (uint64_t i = 0; i < b_count && !status; i++) status = collector_add(&c, b[i], error);
    return collector_finish(&c, status, out, out_count, error);
  }
  dryad_bits in_b;
  if (!dryad_bits_init(&in_b, graph->allocator, c.seen.count))
    return collector_finish(&c, dryad_fail_memory(error), out, out_count, error);
  for (uint64_t i = 0; i < b_count; i++) dryad_bits_set(&in_b, b[i]);
  for (uint64_t i = 0; i < a_count && !status; i++)
    if (dryad_bits_get(&in_b, a[i]) == (operation == DRYAD_INTERSECTION)) status = collector_add(&c, a[i], error);
  dryad_bits_deinit(&in_b);
  return collector_finish(&c, status, out, out_count, error);
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
  return collect_neighbours(graph, dryad_graph_children, ids, count, out, out_count, error);
}

dryad_status dryad_ids_parents(const dryad_graph *graph, const dryad_id *ids, uint64_t count, dryad_id **out,
                               uint64_t *out_count, dryad_error *error)
{
  return collect_neighbours(graph, dryad_graph_parents, ids, count, out, out_count, error);
}
