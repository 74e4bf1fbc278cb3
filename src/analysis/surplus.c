/* SPDX-License-Identifier: MIT */
#include "analysis/surplus.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "graph/graph.h"

/* The number of an object's kind: its place or, if it has none, its type, after all places. */
typedef struct kinds {
  dryad_places places;
  dryad_placing placings[2];
  const dryad_graph *graphs[2];
  uint32_t *left; /* by kind: how many `other` has that are not matched yet */
} kinds;

static uint32_t type_count(const kinds *k) { return dryad_graph_type_count(k->graphs[0]); }
static uint64_t kind_count(const kinds *k) { return (uint64_t)k->places.numbers.count + type_count(k); }

static void count_other(kinds *k)
{
  const dryad_placing *placing = &k->placings[1];
  const dryad_graph *graph = k->graphs[1];
  for (dryad_id id = 0; id < graph->count; id++) {
    uint32_t place = placing->places[id];
    if (place != DRYAD_NONE) {
      k->left[place]++;
      continue;
    }
    dryad_text name = dryad_graph_type_name(graph, dryad_types(graph)[id]);
    uint32_t type = dryad_graph_find_type(k->graphs[0], name.data, name.length);
    if (type != DRYAD_NONE) k->left[k->places.numbers.count + type]++;
  }
}

static void take(kinds *k, dryad_id id, bool is_surplus, dryad_id *out, uint64_t *count)
{
  uint32_t place = k->placings[0].places[id];
  uint32_t kind = place != DRYAD_NONE ? place : k->places.numbers.count + dryad_types(k->graphs[0])[id];
  bool has_match = k->left[kind] > 0;
  if (has_match) k->left[kind]--;
  if (has_match != is_surplus) out[(*count)++] = id;
}

static void collect(kinds *k, bool is_surplus, dryad_id *out, uint64_t *count)
{
  const dryad_placing *placing = &k->placings[0];
  for (uint32_t i = 0; i < placing->reached; i++) take(k, placing->order[i], is_surplus, out, count);
  for (dryad_id id = 0; id < placing->count; id++)
    if (placing->places[id] == DRYAD_NONE) take(k, id, is_surplus, out, count);
}

dryad_status dryad_surplus_find(dryad_id **out, uint64_t *out_count, const dryad_growth_heap *one,
                                const dryad_growth_heap *other, bool is_surplus, dryad_progress progress,
                                dryad_error *error)
{
  DRYAD_ASSERT(out && out_count && one && other);
  const dryad_allocator *allocator = one->graph->allocator;
  kinds k = {.places = {.allocator = allocator}, .graphs = {one->graph, other->graph}};
  *out = NULL;
  *out_count = 0;
  dryad_status status =
      dryad_places_add(&k.places, &k.placings[0], one->graph, one->roots, one->classes, progress, error);
  if (!status)
    status = dryad_places_add(&k.places, &k.placings[1], other->graph, other->roots, other->classes, progress, error);
  uint64_t kinds_in_all = kind_count(&k), count = 0;
  if (!status) {
    k.left = dryad_calloc(allocator, kinds_in_all, sizeof *k.left);
    dryad_id *found = dryad_alloc(allocator, one->graph->count, sizeof *found);
    if (k.left && found) {
      count_other(&k);
      collect(&k, is_surplus, found, &count);
      *out = dryad_realloc(allocator, found, one->graph->count, count, sizeof *found);
    }
    if (*out)
      *out_count = count;
    else
      dryad_free(allocator, found, one->graph->count, sizeof *found);
    if (!*out) status = dryad_fail_memory(error);
    dryad_free(allocator, k.left, kinds_in_all, sizeof *k.left);
  }
  dryad_placing_deinit(&k.placings[0]);
  dryad_placing_deinit(&k.placings[1]);
  dryad_places_deinit(&k.places);
  return status;
}
