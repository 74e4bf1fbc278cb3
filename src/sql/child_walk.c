/* SPDX-License-Identifier: MIT */
#include "sql/child_walk.h"

dryad_child_walk dryad_child_walk_over(const dryad_graph *graph, dryad_bounds addresses, bool is_descending)
{
  dryad_child_walk walk = {.graph = graph, .is_descending = is_descending};
  walk.walks[0] = dryad_id_walk_over(graph, (dryad_ids){NULL, graph->count}, addresses, is_descending);
  walk.walks[1] = dryad_id_walk_over_dangling(graph, addresses, is_descending);
  for (int i = 0; i < 2; i++) walk.heads[i] = dryad_id_walk_next(&walk.walks[i]);
  return walk;
}

/* Whether the dangling address comes before the object; they are never equal. */
static bool is_dangling_first(const dryad_child_walk *walk)
{
  const uint64_t *addresses = dryad_addresses(walk->graph);
  if (walk->heads[0] == DRYAD_NONE || walk->heads[1] == DRYAD_NONE) return walk->heads[0] == DRYAD_NONE;
  return ((int64_t)addresses[walk->heads[1]] < (int64_t)addresses[walk->heads[0]]) != walk->is_descending;
}

dryad_id dryad_child_walk_next(dryad_child_walk *walk)
{
  bool which = is_dangling_first(walk);
  dryad_id id = walk->heads[which];
  walk->heads[which] = dryad_id_walk_next(&walk->walks[which]);
  return id;
}
