/* SPDX-License-Identifier: MIT */
#include "heap/kept_names.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"

/* Whether the object has attributes and loses its class, which tells that. */
static bool loses_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_ids refs,
                        const bool *keep)
{
  dryad_dict_items pairs;
  if (refs.count == 0 || keep[refs.count - 1]) return false;
  return !dryad_dict_items_of(&pairs, graph, known, id) && pairs.kind == DRYAD_DICT_ITEMS_INSTANCE &&
         pairs.refs == refs.ids;
}

/* The text of a name, which is in the pool already if it comes from the dump. */
static dryad_status add_text(dryad_text_ref *ref, const dryad_graph *graph, dryad_text text, dryad_error *error)
{
  *ref = dryad_string_pool_find(&graph->store->texts, text);
  if (*ref != DRYAD_NO_TEXT) return DRYAD_OK;
  return dryad_string_pool_add(&graph->store->texts, text.data, text.length, ref, error);
}

/* The name to keep of a reference; DRYAD_NO_TEXT: none. */
static dryad_status name_of(dryad_text_ref *name, const dryad_graph *graph, const dryad_edge *edge,
                            bool keeps_attributes, dryad_error *error)
{
  char item[24];
  const uint32_t *labels = graph->labels->data;
  *name = DRYAD_NO_TEXT;
  switch (edge->kind) {
  case DRYAD_EDGE_NAMED: return add_text(name, graph, edge->name, error);
  case DRYAD_EDGE_ATTRIBUTE:
    if (keeps_attributes && edge->key < graph->count) *name = dryad_store_value_ref(graph->store, labels[edge->key]);
    return DRYAD_OK;
  case DRYAD_EDGE_ITEM: {
    int length = snprintf(item, sizeof item, "[%" PRIu64 "]", edge->index);
    return add_text(name, graph, (dryad_text){item, (size_t)length}, error);
  }
  case DRYAD_EDGE_REF:
  case DRYAD_EDGE_KEY:
  case DRYAD_EDGE_CLASS:
  case DRYAD_EDGE_FRAME: break;
  }
  return DRYAD_OK;
}

dryad_status dryad_keep_names(dryad_annotations_builder *builder, const dryad_graph *graph,
                              const dryad_known_types *known, dryad_id id, const bool *keep, dryad_error *error)
{
  dryad_ids refs = dryad_graph_children(graph, id);
  bool keeps_attributes = loses_class(graph, known, id, refs, keep);
  uint64_t kept = 0;
  if (dryad_is_sequence(known, dryad_graph_type(graph, id))) return DRYAD_OK;
  for (uint64_t i = 0; i < refs.count; i++) {
    if (!keep[i]) continue;
    uint64_t position = kept++;
    if (dryad_graph_ref_name(graph, id, i).data) continue;
    dryad_text_ref name;
    dryad_edge edge = dryad_edge_of(graph, known, id, i);
    dryad_status status = name_of(&name, graph, &edge, keeps_attributes, error);
    if (status) return status;
    if (name != DRYAD_NO_TEXT && !dryad_annotations_add_name(builder, id, position, name))
      return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

uint64_t dryad_lost_pairs(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, const bool *keep)
{
  dryad_dict_items pairs;
  uint64_t lost = 0;
  bool has_keys = !dryad_dict_items_of(&pairs, graph, known, id) && pairs.kind == DRYAD_DICT_ITEMS_ITEMS &&
                  pairs.refs == dryad_graph_children(graph, id).ids;
  for (uint64_t i = 0; has_keys && i < pairs.count; i++) {
    if (keep[2 * i] != keep[2 * i + 1]) return 0;
    lost += !keep[2 * i];
  }
  return lost;
}
