/* SPDX-License-Identifier: MIT */
#include "runtime/runtime.h"

#include <xxhash.h>

#include "base/assert.h"

void dryad_known_types_init(dryad_known_types *known, const dryad_graph *graph)
{
  known->runtime = graph->store->runtime;
  known->runtime->find_types(known, graph);
}

dryad_edge dryad_edge_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, uint64_t position)
{
  DRYAD_ASSERT(id < graph->count && position < dryad_children(graph, id).count);
  dryad_text name = dryad_graph_ref_name(graph, id, position);
  if (name.data) return (dryad_edge){.kind = DRYAD_EDGE_NAMED, .name = name};
  return known->runtime->edge_of(graph, known, id, position);
}

uint64_t dryad_edge_between(const dryad_graph *graph, const dryad_known_types *known, dryad_id parent, dryad_id child)
{
  DRYAD_ASSERT(parent < graph->count);
  dryad_ids refs = dryad_children(graph, parent);
  uint64_t first = DRYAD_NO_POSITION;
  for (uint64_t i = 0; i < refs.count; i++) {
    if (refs.ids[i] != child) continue;
    if (dryad_edge_of(graph, known, parent, i).kind != DRYAD_EDGE_REF) return i;
    if (first == DRYAD_NO_POSITION) first = i;
  }
  return first;
}

uint64_t dryad_edge_class(const dryad_graph *graph, const dryad_edge *edge)
{
  uint64_t what = 0;
  if (edge->kind == DRYAD_EDGE_NAMED) what = XXH3_64bits(edge->name.data, edge->name.length) >> 8;
  if (edge->kind == DRYAD_EDGE_ATTRIBUTE && edge->key < graph->count)
    what = ((const uint32_t *)graph->labels->data)[edge->key];
  if (edge->kind == DRYAD_EDGE_FRAME) {
    dryad_value name = dryad_graph_value(graph, edge->key);
    if (name.kind == DRYAD_VALUE_TEXT) what = XXH3_64bits(name.text.data, name.text.length) >> 8;
  }
  return (uint64_t)edge->kind << 56 | what;
}

size_t dryad_edge_text(char *buffer, size_t capacity, const dryad_graph *graph, const dryad_known_types *known,
                       const dryad_edge *edge)
{
  DRYAD_ASSERT(buffer || capacity == 0);
  dryad_writer w = {.buffer = buffer, .capacity = capacity};
  dryad_edge_write(&w, graph, known, edge);
  if (capacity) buffer[w.written] = '\0';
  return w.needed;
}

dryad_id dryad_intern_dict(const dryad_graph *graph)
{
  dryad_known_types known;
  dryad_known_types_init(&known, graph);
  return known.runtime->intern_dict(graph, &known);
}
