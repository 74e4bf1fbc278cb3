/* SPDX-License-Identifier: MIT */
#include "graph/type_index.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/error.h"

void dryad_type_index_free(dryad_type_index *index)
{
  if (!index) return;
  dryad_free(index->allocator, index->starts, (uint64_t)index->type_count + 1, sizeof *index->starts);
  dryad_free(index->allocator, index->ids, index->count, sizeof *index->ids);
  dryad_free(index->allocator, index->by_name, index->type_count, sizeof *index->by_name);
  dryad_free(index->allocator, index, 1, sizeof *index);
}

/* Counting sort: starts[type + 1] is first the number of objects of a type, then the position of its next one. */
static void sort_by_type(dryad_type_index *index, const dryad_graph *graph)
{
  const uint32_t *types = dryad_types(graph);
  uint32_t *next = index->starts + 1, sum = 0;
  for (dryad_id id = 0; id < index->count; id++) next[types[id]]++;
  for (uint32_t type = 0; type < index->type_count; type++) {
    uint32_t count = next[type];
    next[type] = sum;
    sum += count;
  }
  for (dryad_id id = 0; id < index->count; id++) index->ids[next[types[id]]++] = id;
}

static int compare_names(const void *left, const void *right, void *graph)
{
  const uint32_t *a = left, *b = right;
  return dryad_text_compare(dryad_graph_type_name(graph, *a), dryad_graph_type_name(graph, *b));
}

dryad_status dryad_type_index_new(dryad_type_index **out, const dryad_graph *graph, dryad_error *error)
{
  DRYAD_ASSERT(out);
  const dryad_allocator *allocator = graph->allocator;
  *out = NULL;
  dryad_type_index *index = dryad_alloc(allocator, 1, sizeof *index);
  if (!index) return dryad_fail_memory(error);
  uint32_t types = graph->store->type_count;
  *index = (dryad_type_index){.allocator = allocator, .type_count = types, .count = graph->count};
  index->starts = dryad_calloc(allocator, (uint64_t)types + 1, sizeof *index->starts);
  index->ids = dryad_alloc(allocator, graph->count, sizeof *index->ids);
  index->by_name = dryad_alloc(allocator, types, sizeof *index->by_name);
  if (!index->starts || !index->ids || !index->by_name) {
    dryad_type_index_free(index);
    return dryad_fail_memory(error);
  }
  sort_by_type(index, graph);
  for (uint32_t type = 0; type < types; type++) index->by_name[type] = type;
  qsort_r(index->by_name, types, sizeof *index->by_name, compare_names, (void *)(uintptr_t)graph);
  *out = index;
  return DRYAD_OK;
}

uint32_t dryad_type_index_find(const dryad_type_index *index, const dryad_graph *graph, dryad_text name)
{
  uint32_t first = 0, end = index->type_count;
  while (first < end) {
    uint32_t middle = first + (end - first) / 2;
    if (dryad_text_compare(dryad_graph_type_name(graph, index->by_name[middle]), name) < 0)
      first = middle + 1;
    else
      end = middle;
  }
  bool found = first < index->type_count && dryad_text_equal(dryad_graph_type_name(graph, index->by_name[first]), name);
  return found ? index->by_name[first] : DRYAD_NONE;
}

dryad_ids dryad_type_index_ids(const dryad_type_index *index, uint32_t type)
{
  if (type >= index->type_count) return (dryad_ids){NULL, 0};
  uint32_t start = index->starts[type];
  return (dryad_ids){index->ids + start, index->starts[type + 1] - start};
}

uint64_t dryad_type_index_bytes(const dryad_type_index *index)
{
  return sizeof *index->ids * ((uint64_t)index->count + 2 * (uint64_t)index->type_count + 1);
}
