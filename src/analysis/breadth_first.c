/* SPDX-License-Identifier: MIT */
#include "analysis/breadth_first.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

/* How far ahead of the current object memory is prefetched: first offsets, then references. */
enum { AHEAD = 16, NEAR = 8, EXPANDED_BETWEEN_TELLING = 1 << 16 };

bool dryad_breadth_first_init(dryad_breadth_first *search, const dryad_graph *graph, bool reversed)
{
  DRYAD_ASSERT(search && graph);
  *search = (dryad_breadth_first){.graph = graph, .reversed = reversed};
  search->order = dryad_alloc(graph->allocator, graph->count, sizeof *search->order);
  if (search->order && dryad_bits_init(&search->seen, graph->allocator, graph->count)) return true;
  dryad_free(graph->allocator, search->order, graph->count, sizeof *search->order);
  return false;
}

void dryad_breadth_first_deinit(dryad_breadth_first *search)
{
  dryad_bits_deinit(&search->seen);
  dryad_free(search->graph->allocator, search->order, search->graph->count, sizeof *search->order);
}

void dryad_breadth_first_add(dryad_breadth_first *search, dryad_id id)
{
  if (id >= search->graph->count || !dryad_bits_add(&search->seen, id)) return;
  search->order[search->found++] = id;
  if (search->parents) search->parents[id] = id;
}

void dryad_breadth_first_rewind(dryad_breadth_first *search, uint32_t found)
{
  DRYAD_ASSERT(found <= search->expanded);
  for (uint32_t i = found; i < search->found; i++) dryad_bits_clear(&search->seen, search->order[i]);
  search->found = search->expanded = found;
  if (search->told > found) search->told = found;
}

/* Expands order[expanded .. end), where `end` may grow meanwhile. */
static inline void expand(dryad_breadth_first *search, uint32_t end)
{
  const dryad_graph *graph = search->graph;
  const dryad_offsets *offsets = search->reversed ? &graph->parent_offsets : &graph->child_offsets;
  const dryad_id *edges = (search->reversed ? graph->parents : graph->children)->data;
  const uint32_t *low = offsets->low->data;
  dryad_id *order = search->order, *parents = search->parents;
  uint32_t count = graph->count, found = search->found;
  for (uint32_t at = search->expanded; at < end; at++) {
    if (at + AHEAD < found) {
      __builtin_prefetch(&low[order[at + AHEAD]]);
      __builtin_prefetch(&edges[dryad_offset(offsets, order[at + NEAR])]);
    }
    dryad_id id = order[at];
    uint64_t last = dryad_offset(offsets, id + 1);
    for (uint64_t i = dryad_offset(offsets, id); i < last; i++) {
      dryad_id next = edges[i];
      if (next >= count || !dryad_bits_add(&search->seen, next)) continue;
      order[found++] = next;
      if (parents) parents[next] = id;
    }
  }
  search->expanded = end;
  search->found = found;
}

dryad_status dryad_breadth_first_run(dryad_breadth_first *search, const char *stage, const dryad_progress *progress,
                                     dryad_error *error)
{
  DRYAD_ASSERT(stage);
  while (search->expanded < search->found) {
    uint32_t left = search->found - search->expanded;
    expand(search, search->expanded + (left < EXPANDED_BETWEEN_TELLING ? left : EXPANDED_BETWEEN_TELLING));
    if (search->expanded - search->told < EXPANDED_BETWEEN_TELLING) continue;
    search->told = search->expanded;
    if (dryad_progress_tell(progress, stage, search->expanded, search->graph->count))
      return dryad_fail_cancelled(error);
  }
  return DRYAD_OK;
}

bool dryad_breadth_first_step(dryad_breadth_first *search)
{
  if (search->expanded == search->found) return false;
  expand(search, search->found);
  return true;
}

uint64_t dryad_breadth_first_size(const dryad_breadth_first *search, uint32_t first)
{
  DRYAD_ASSERT(first <= search->found);
  uint64_t size = 0;
  for (uint32_t i = first; i < search->found; i++)
    size = dryad_add_sizes(size, dryad_size(search->graph, search->order[i]));
  return size;
}
