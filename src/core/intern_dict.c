#include <string.h>

#include "core/graph.h"
#include "core/idlist.h"

static bool maps_strings_to_themselves(const dryad_graph *graph, dryad_id dict, uint32_t str)
{
  dryad_ids refs = dryad_children(graph, dict);
  if (refs.count == 0 || refs.count % 2) return false;
  for (uint64_t i = 0; i < refs.count; i += 2) {
    if (refs.ids[i] != refs.ids[i + 1] || refs.ids[i] >= graph->count) return false;
    if (dryad_types(graph)[refs.ids[i]] != str) return false;
  }
  return true;
}

dryad_id dryad_intern_dict(const dryad_graph *graph)
{
  uint32_t dict = dryad_graph_find_type(graph, "dict", strlen("dict"));
  uint32_t str = dryad_graph_find_type(graph, "str", strlen("str"));
  dryad_id best = DRYAD_NONE;
  uint64_t best_refs = 0;
  for (dryad_id id = 0; id < graph->count; id++) {
    if (dryad_types(graph)[id] != dict || dryad_parents(graph, id).count) continue;
    uint64_t refs = dryad_children(graph, id).count;
    if (refs <= best_refs || !maps_strings_to_themselves(graph, id, str)) continue;
    best = id;
    best_refs = refs;
  }
  return best;
}
