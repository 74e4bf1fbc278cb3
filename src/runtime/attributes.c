/* SPDX-License-Identifier: MIT */
#include "runtime/attributes.h"

#include "base/assert.h"

dryad_text dryad_key_text(const dryad_graph *graph, dryad_id id)
{
  if (id >= graph->count) return (dryad_text){0};
  dryad_value value = dryad_graph_value(graph, id);
  if (value.kind == DRYAD_VALUE_NONE) return dryad_graph_name(graph, id);
  return value.kind == DRYAD_VALUE_TEXT || value.kind == DRYAD_VALUE_BIG_INTEGER ? value.text : (dryad_text){0};
}

static dryad_id find_named(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_text name)
{
  dryad_ids refs = dryad_children(graph, id);
  for (uint64_t i = 0; i < refs.count; i++) {
    dryad_edge edge = dryad_edge_of(graph, known, id, i);
    if (edge.kind == DRYAD_EDGE_NAMED && dryad_text_equal(edge.name, name)) return refs.ids[i];
  }
  return DRYAD_NONE;
}

dryad_id dryad_attribute_find(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_text name)
{
  DRYAD_ASSERT(id < graph->count);
  dryad_dict_items items;
  if (dryad_dict_items_checked(&items, graph, known, id)) return find_named(graph, known, id, name);
  for (uint64_t i = 0; i < items.count; i++) {
    dryad_text key = dryad_key_text(graph, items.refs[2 * i]);
    if (key.data && dryad_text_equal(key, name)) return items.refs[2 * i + 1];
  }
  return DRYAD_NONE;
}
