/* SPDX-License-Identifier: MIT */
#include "analysis/retained.h"

#include <string.h>

#include "analysis/breadth_first.h"
#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

/* Whether `id` is a root, or an object that the search has seen refers to it. */
static bool is_entered(const dryad_breadth_first *search, const dryad_roots *roots, dryad_id id)
{
  if (dryad_roots_reason(roots, id) != DRYAD_ROOT_NONE) return true;
  dryad_ids referrers = dryad_parents(search->graph, id);
  for (uint64_t i = 0; i < referrers.count; i++)
    if (dryad_bits_get(&search->seen, referrers.ids[i])) return true;
  return false;
}

/* Searches from the roots around the set, then from the set: order[*others ..] is what only the set reaches. */
static dryad_status flood_apart(dryad_breadth_first *search, const dryad_roots *roots, const dryad_id *ids,
                                uint64_t count, uint32_t *others, const dryad_progress *progress, dryad_error *error)
{
  static const char reaching[] = "finding retained objects";
  const uint32_t objects = search->graph->count;
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] < objects) dryad_bits_set(&search->seen, ids[i]);
  for (uint32_t i = 0; i < roots->count; i++) dryad_breadth_first_add(search, roots->ids[i]);
  dryad_status status = dryad_breadth_first_run(search, reaching, progress, error);
  if (status) return status;
  *others = search->found;
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] < objects) dryad_bits_clear(&search->seen, ids[i]);
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] < objects && is_entered(search, roots, ids[i])) dryad_breadth_first_add(search, ids[i]);
  return dryad_breadth_first_run(search, reaching, progress, error);
}

dryad_status dryad_retained_set(const dryad_graph *graph, const dryad_roots *roots, const dryad_id *ids, uint64_t count,
                                dryad_id **out, uint64_t *out_count, uint64_t *size, dryad_progress progress,
                                dryad_error *error)
{
  DRYAD_ASSERT(size && (ids || count == 0) && (!out || out_count));
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, ids, count));
  dryad_breadth_first search;
  uint32_t others = 0;
  *size = 0;
  if (out) *out = NULL;
  if (out) *out_count = 0;
  if (!dryad_breadth_first_init(&search, graph, false)) return dryad_fail_memory(error);
  dryad_status status = flood_apart(&search, roots, ids, count, &others, &progress, error);
  uint32_t found = search.found - others;
  const dryad_id *retained = search.order + others;
  if (!status && out) {
    *out = dryad_alloc(graph->allocator, found, sizeof **out);
    if (!*out) status = dryad_fail_memory(error);
  }
  if (!status && out) {
    memcpy(*out, retained, found * sizeof **out);
    *out_count = found;
  }
  if (!status) *size = dryad_breadth_first_size(&search, others);
  dryad_breadth_first_deinit(&search);
  return status;
}

void dryad_retained_by_type(dryad_retained_row *rows, const dryad_graph *graph, const dryad_dominators *dominators,
                            dryad_ids ids)
{
  DRYAD_ASSERT(dominators->count == graph->count);
  for (uint64_t i = 0; i < ids.count; i++) {
    dryad_id id = ids.ids[i];
    if (id >= graph->count) continue;
    dryad_retained_row *row = &rows[dryad_types(graph)[id]];
    row->count++;
    row->size = dryad_add_sizes(row->size, dryad_size(graph, id));
    row->retained = dryad_add_sizes(row->retained, dryad_dominators_retained(dominators, id));
  }
}
