/* SPDX-License-Identifier: MIT */
#include "heap/graph_copy.h"

#include "base/assert.h"
#include "base/parallel.h"
#include "graph/invert.h"

dryad_status dryad_graph_finish(dryad_graph **out, dryad_graph *graph, dryad_status status, dryad_error *error)
{
  DRYAD_ASSERT(out);
  if (!status) status = dryad_invert(graph, dryad_thread_count(0), NULL, error);
  if (status)
    dryad_graph_release(graph);
  else
    *out = graph;
  return status;
}

dryad_graph *dryad_graph_same_objects(const dryad_graph *graph)
{
  dryad_graph *copy = dryad_graph_new(graph->allocator, graph->store);
  if (!copy) return NULL;
  copy->count = graph->count;
  copy->missing = graph->missing;
  copy->total_size = graph->total_size;
  copy->addresses = dryad_array_retain(graph->addresses);
  copy->types = dryad_array_retain(graph->types);
  copy->sizes = dryad_array_retain(graph->sizes);
  copy->lens = dryad_array_retain(graph->lens);
  copy->labels = dryad_array_retain(graph->labels);
  copy->details = dryad_details_retain(graph->details);
  return copy;
}
