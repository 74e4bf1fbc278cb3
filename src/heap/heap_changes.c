/* SPDX-License-Identifier: MIT */
/* The functions of dryad.h that change a heap, each as a dryad_change. */
#include "base/error.h"
#include "graph/graph.h"
#include "heap/heap.h"

static dryad_change *change_of(const dryad_heap *heap, dryad_change_kind kind)
{
  return dryad_change_new(dryad_heap_graph(heap)->allocator, kind);
}

/* `change` NULL: it could not be allocated. */
static dryad_status apply(dryad_heap *heap, dryad_change *change, uint64_t *changed, dryad_progress progress,
                          dryad_error *error)
{
  dryad_change_result result;
  if (!change) return dryad_fail_memory(error);
  dryad_status status = dryad_heap_apply(heap, change, NULL, &result, progress, error);
  if (!status && changed) *changed = result.changed;
  return status;
}

dryad_status dryad_heap_collapse(dryad_heap *heap, uint64_t *collapsed, dryad_progress progress, dryad_error *error)
{
  return apply(heap, change_of(heap, DRYAD_CHANGE_COLLAPSE), collapsed, progress, error);
}

dryad_status dryad_heap_remove_expensive_references(dryad_heap *heap, uint64_t *changed, dryad_progress progress,
                                                    dryad_error *error)
{
  return apply(heap, change_of(heap, DRYAD_CHANGE_EXPENSIVE), changed, progress, error);
}

/* The addresses of ids, dangling ones too; false: no memory. */
static bool add_addresses(const dryad_graph *graph, dryad_numbers *numbers, dryad_ids ids)
{
  uint64_t all = (uint64_t)graph->count + graph->missing;
  if (!dryad_column_reserve(&numbers->column, graph->allocator, ids.count, sizeof(uint64_t))) return false;
  for (uint64_t i = 0; i < ids.count; i++)
    if (ids.ids[i] < all) dryad_numbers_add(numbers, graph->allocator, dryad_addresses(graph)[ids.ids[i]]);
  return true;
}

dryad_status dryad_heap_remove_references(dryad_heap *heap, dryad_ids from, dryad_ids to, uint64_t *changed,
                                          dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  dryad_change *change = change_of(heap, DRYAD_CHANGE_CUT);
  if (change && (!add_addresses(graph, &change->objects, from) || !add_addresses(graph, &change->others, to))) {
    dryad_change_free(change);
    change = NULL;
  }
  return apply(heap, change, changed, progress, error);
}
