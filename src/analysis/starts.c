/* SPDX-License-Identifier: MIT */
/* What ways start at: see analysis/levels.h. */
#include <stdlib.h>
#include <string.h>

#include "analysis/levels.h"
#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

/* A start with all that decides its place. */
typedef struct candidate {
  dryad_start start;
  dryad_text name;
  bool is_reached, is_root;
  uint64_t interpreter, order, size, refs;
} candidate;

static int compare_text(dryad_text a, dryad_text b)
{
  size_t shorter = a.length < b.length ? a.length : b.length;
  int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
  if (order) return order < 0 ? -1 : 1;
  return (a.length > b.length) - (a.length < b.length);
}

static int compare_numbers(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

static int compare_names(const candidate *a, const candidate *b)
{
  int order = compare_numbers(a->start.kind, b->start.kind);
  if (!order) order = compare_numbers(a->start.reason, b->start.reason);
  return order || a->start.kind == DRYAD_START_NONE ? order : compare_text(a->name, b->name);
}

static int compare(const void *left, const void *right)
{
  const candidate *a = left, *b = right;
  int order = compare_names(a, b);
  if (!order) order = compare_numbers(b->is_reached, a->is_reached);
  if (!order) order = compare_numbers(b->is_root, a->is_root);
  if (!order) order = compare_numbers(a->interpreter, b->interpreter);
  if (!order) order = compare_numbers(a->order, b->order);
  if (!order) order = compare_text(a->name, b->name);
  if (!order) order = compare_numbers(b->size, a->size);
  if (!order) order = compare_numbers(b->refs, a->refs);
  return order ? order : compare_numbers(a->start.id, b->start.id);
}

typedef struct collecting {
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_roots *roots;
  const dryad_bits *is_reached;
  dryad_column found; /* candidate[count] */
  uint32_t count;
} collecting;

/* Whether a root is called by its reason: what is registered with the interpreter, and its table of modules. */
static bool is_called_by_reason(const collecting *c, dryad_id id, dryad_root_reason reason)
{
  dryad_dict_items items;
  if (reason == DRYAD_ROOT_ATEXIT || reason == DRYAD_ROOT_SIGNAL) return true;
  return reason == DRYAD_ROOT_MODULES && !dryad_dict_items_of(&items, c->graph, c->known, id) &&
         items.kind == DRYAD_DICT_ITEMS_ITEMS;
}

/* Adds an object if it is a start with a name; false: no memory. */
static bool consider(collecting *c, dryad_id id)
{
  const dryad_graph *graph = c->graph;
  candidate it = {.start = {.id = id, .kind = dryad_start_kind_of(c->known, dryad_types(graph)[id])}};
  dryad_root_reason reason = dryad_roots_reason(c->roots, id);
  if (it.start.kind != DRYAD_START_NONE) it.name = dryad_start_name(graph, c->known, id);
  bool is_named = it.name.data && (it.start.kind != DRYAD_START_FRAME || reason != DRYAD_ROOT_NONE);
  if (!is_named) {
    if (!is_called_by_reason(c, id, reason)) return true;
    it.start.kind = DRYAD_START_NONE;
    it.start.reason = reason;
    it.name = dryad_graph_name(graph, id);
  }
  it.is_reached = dryad_bits_get(c->is_reached, id);
  it.is_root = reason != DRYAD_ROOT_NONE;
  if (!dryad_graph_interpreter(graph, id, &it.interpreter)) it.interpreter = 0;
  it.order = dryad_start_order(graph, c->known, id);
  it.size = dryad_size(graph, id);
  it.refs = dryad_children(graph, id).count;
  if (!dryad_column_reserve(&c->found, graph->allocator, (uint64_t)c->count + 1, sizeof it)) return false;
  ((candidate *)c->found.data)[c->count++] = it;
  return true;
}

/* Considers the objects of the types that start ways, and the other roots. */
static bool collect(collecting *c)
{
  const uint32_t *types = dryad_types(c->graph);
  uint32_t most = 0;
  for (uint32_t i = 0; i < c->graph->count; i++)
    if (types[i] > most) most = types[i];
  dryad_bits starting;
  if (!dryad_bits_init(&starting, c->graph->allocator, (uint64_t)most + 1)) return false;
  for (uint32_t type = 0; type <= most; type++)
    if (dryad_start_kind_of(c->known, type) != DRYAD_START_NONE) dryad_bits_set(&starting, type);
  bool ok = true;
  for (dryad_id id = 0; id < c->graph->count && ok; id++)
    if (dryad_bits_get(&starting, types[id])) ok = consider(c, id);
  for (uint32_t i = 0; i < c->roots->count && ok; i++)
    if (!dryad_bits_get(&starting, types[c->roots->ids[i]])) ok = consider(c, c->roots->ids[i]);
  dryad_bits_deinit(&starting);
  return ok;
}

static int compare_keys(const void *left, const void *right)
{
  const uint64_t *a = left, *b = right;
  return compare_numbers(*a, *b);
}

/* Sorts the places of the starts by their objects' ids. */
static bool index_by_id(dryad_levels *levels)
{
  uint64_t *keys = dryad_alloc(levels->allocator, levels->start_count, sizeof *keys);
  if (!keys) return false;
  for (uint32_t i = 0; i < levels->start_count; i++) keys[i] = (uint64_t)levels->starts[i].id << 32 | i;
  if (levels->start_count) qsort(keys, levels->start_count, sizeof *keys, compare_keys);
  for (uint32_t i = 0; i < levels->start_count; i++) levels->by_id[i] = (uint32_t)keys[i];
  dryad_free(levels->allocator, keys, levels->start_count, sizeof *keys);
  return true;
}

static bool number(dryad_levels *levels, const candidate *found, uint32_t count)
{
  levels->start_count = count;
  levels->starts = dryad_alloc(levels->allocator, count, sizeof *levels->starts);
  levels->by_id = dryad_alloc(levels->allocator, count, sizeof *levels->by_id);
  if (!levels->starts || !levels->by_id) return false;
  for (uint32_t i = 0; i < count; i++) {
    bool is_same = i > 0 && compare_names(&found[i - 1], &found[i]) == 0;
    levels->starts[i] = found[i].start;
    levels->starts[i].number = is_same ? levels->starts[i - 1].number + 1 : 1;
  }
  return index_by_id(levels);
}

dryad_status dryad_starts_find(dryad_levels *levels, const dryad_graph *graph, const dryad_known_types *known,
                               const dryad_roots *roots, const dryad_bits *is_reached, dryad_error *error)
{
  DRYAD_ASSERT(levels && !levels->starts);
  collecting c = {.graph = graph, .known = known, .roots = roots, .is_reached = is_reached};
  bool ok = graph->count == 0 || collect(&c);
  if (ok && c.count) qsort(c.found.data, c.count, sizeof(candidate), compare);
  if (ok) ok = number(levels, c.found.data, c.count);
  dryad_column_free(&c.found, graph->allocator, sizeof(candidate));
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

uint32_t dryad_levels_start(const dryad_levels *levels, dryad_id id)
{
  uint32_t low = 0, high = levels->start_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (levels->starts[levels->by_id[middle]].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == levels->start_count) return DRYAD_NONE;
  return levels->starts[levels->by_id[low]].id == id ? levels->by_id[low] : DRYAD_NONE;
}

int dryad_starts_compare(const dryad_levels *levels, const dryad_graph *graph, dryad_id a, dryad_id b)
{
  uint32_t first = dryad_levels_start(levels, a), second = dryad_levels_start(levels, b);
  if (first != DRYAD_NONE || second != DRYAD_NONE) return compare_numbers(first, second);
  int order = compare_text(dryad_graph_type_name(graph, dryad_types(graph)[a]),
                           dryad_graph_type_name(graph, dryad_types(graph)[b]));
  if (!order) order = compare_text(dryad_graph_name(graph, a), dryad_graph_name(graph, b));
  if (!order) order = compare_numbers(dryad_size(graph, b), dryad_size(graph, a));
  if (!order) order = compare_numbers(dryad_children(graph, b).count, dryad_children(graph, a).count);
  return order ? order : compare_numbers(a, b);
}
