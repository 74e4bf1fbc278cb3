/* SPDX-License-Identifier: MIT */
#include "graph/idlist.h"
#include "runtime/python/known_types.h"

static bool maps_strings_to_themselves(const dryad_graph *graph, dryad_id dict, uint32_t str)
{
  dryad_ids refs = dryad_children(graph, dict);
  if (refs.count == 0 || refs.count % 2) return false;
  for (uint64_t i = 0; i < refs.count; i += 2) {
    if (refs.ids[i] != refs.ids[i + 1] || !dryad_is(graph, refs.ids[i], str)) return false;
  }
  return true;
}

dryad_id dryad_intern_dict(const dryad_graph *graph)
{
  dryad_known_types known;
  dryad_known_types_init(&known, graph);
  dryad_id best = DRYAD_NONE;
  uint64_t best_refs = 0;
  for (dryad_id id = 0; id < graph->count; id++) {
    if (!dryad_is(graph, id, known.dict) || dryad_parents(graph, id).count) continue;
    uint64_t refs = dryad_children(graph, id).count;
    if (refs <= best_refs || !maps_strings_to_themselves(graph, id, known.str)) continue;
    best = id;
    best_refs = refs;
  }
  return best;
}
