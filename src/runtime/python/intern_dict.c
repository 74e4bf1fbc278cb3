/* SPDX-License-Identifier: MIT */
#include "runtime/python/intern_dict.h"

#include "runtime/python/types.h"

static bool maps_strings_to_themselves(const dryad_graph *graph, const dryad_known_types *known, dryad_id dict)
{
  dryad_ids refs = dryad_children(graph, dict);
  if (refs.count == 0 || refs.count % 2) return false;
  for (uint64_t i = 0; i < refs.count; i += 2) {
    if (refs.ids[i] != refs.ids[i + 1] || !dryad_python_is(graph, known, refs.ids[i], DRYAD_PY_STR)) return false;
  }
  return true;
}

dryad_id dryad_python_intern_dict(const dryad_graph *graph, const dryad_known_types *known)
{
  dryad_id best = DRYAD_NONE;
  uint64_t best_refs = 0;
  for (dryad_id id = 0; id < graph->count; id++) {
    if (!dryad_python_is(graph, known, id, DRYAD_PY_DICT) || dryad_parents(graph, id).count) continue;
    uint64_t refs = dryad_children(graph, id).count;
    if (refs <= best_refs || !maps_strings_to_themselves(graph, known, id)) continue;
    best = id;
    best_refs = refs;
  }
  return best;
}
