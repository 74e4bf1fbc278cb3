#include "core/flood.h"

#include "core/error.h"
#include "core/graph.h"
#include "core/progress.h"

/* How far ahead of the object that is expanded memory is asked for: first its offset, then its references. */
enum { AHEAD = 16, NEAR = 8, EXPANDED_BETWEEN_TELLING = 1 << 16 };

bool dryad_flood_init(dryad_flood *flood, const dryad_graph *graph, bool reversed)
{
  *flood = (dryad_flood){.graph = graph, .reversed = reversed};
  flood->order = dryad_alloc(graph->allocator, graph->count, sizeof *flood->order);
  if (flood->order && dryad_bits_init(&flood->seen, graph->allocator, graph->count)) return true;
  dryad_free(graph->allocator, flood->order, graph->count, sizeof *flood->order);
  return false;
}

void dryad_flood_deinit(dryad_flood *flood)
{
  dryad_bits_deinit(&flood->seen);
  dryad_free(flood->graph->allocator, flood->order, flood->graph->count, sizeof *flood->order);
}

void dryad_flood_add(dryad_flood *flood, dryad_id id)
{
  if (id >= flood->graph->count || !dryad_bits_add(&flood->seen, id)) return;
  flood->order[flood->found++] = id;
  if (flood->parents) flood->parents[id] = id;
}

void dryad_flood_rewind(dryad_flood *flood, uint32_t found)
{
  for (uint32_t i = found; i < flood->found; i++) dryad_bits_clear(&flood->seen, flood->order[i]);
  flood->found = flood->expanded = found;
  if (flood->told > found) flood->told = found;
}

/* Expands order[expanded .. end), where `end` may be what is found meanwhile. */
static inline void expand(dryad_flood *flood, uint32_t end)
{
  const dryad_graph *graph = flood->graph;
  const dryad_offsets *offsets = flood->reversed ? &graph->parent_offsets : &graph->child_offsets;
  const dryad_id *edges = (flood->reversed ? graph->parents : graph->children)->data;
  const uint32_t *low = offsets->low->data;
  dryad_id *order = flood->order, *parents = flood->parents;
  uint32_t count = graph->count, found = flood->found;
  for (uint32_t at = flood->expanded; at < end; at++) {
    if (at + AHEAD < found) {
      __builtin_prefetch(&low[order[at + AHEAD]]);
      __builtin_prefetch(&edges[dryad_offset(offsets, order[at + NEAR])]);
    }
    dryad_id id = order[at];
    uint64_t last = dryad_offset(offsets, id + 1);
    for (uint64_t i = dryad_offset(offsets, id); i < last; i++) {
      dryad_id next = edges[i];
      if (next >= count || !dryad_bits_add(&flood->seen, next)) continue;
      order[found++] = next;
      if (parents) parents[next] = id;
    }
  }
  flood->expanded = end;
  flood->found = found;
}

dryad_status dryad_flood_run(dryad_flood *flood, const char *stage, const dryad_progress *progress, dryad_error *error)
{
  while (flood->expanded < flood->found) {
    uint32_t left = flood->found - flood->expanded;
    expand(flood, flood->expanded + (left < EXPANDED_BETWEEN_TELLING ? left : EXPANDED_BETWEEN_TELLING));
    if (flood->expanded - flood->told < EXPANDED_BETWEEN_TELLING) continue;
    flood->told = flood->expanded;
    if (dryad_progress_tell(progress, stage, flood->expanded, flood->graph->count)) return dryad_fail_cancelled(error);
  }
  return DRYAD_OK;
}

bool dryad_flood_step(dryad_flood *flood)
{
  if (flood->expanded == flood->found) return false;
  expand(flood, flood->found);
  return true;
}

uint64_t dryad_flood_size(const dryad_flood *flood, uint32_t first)
{
  uint64_t size = 0;
  for (uint32_t i = first; i < flood->found; i++)
    size = dryad_add_sizes(size, dryad_size(flood->graph, flood->order[i]));
  return size;
}
