/* SPDX-License-Identifier: MIT */
#include "analysis/way_forest.h"

#include "analysis/ways.h"
#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

static void add_start(dryad_way_step *steps, dryad_id id)
{
  steps[id] = (dryad_way_step){.above = DRYAD_NONE, .jump = id};
}

/* Where two jumps from the object above are equally long, the new one is as long as both. */
static void add_step(dryad_way_step *steps, dryad_id id, dryad_id above, uint64_t position)
{
  const dryad_way_step *up = &steps[above], *farther = &steps[up->jump];
  bool are_equal = up->steps - farther->steps == farther->steps - steps[farther->jump].steps;
  steps[id] = (dryad_way_step){.above = above,
                               .jump = are_equal ? farther->jump : above,
                               .steps = up->steps + 1,
                               .position = position < DRYAD_NONE ? (uint32_t)position : DRYAD_NONE};
}

dryad_status dryad_way_forest_init(dryad_way_forest *out, const dryad_graph *graph, const dryad_known_types *known,
                                   const dryad_levels *levels, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && levels->count == graph->count);
  const dryad_allocator *allocator = graph->allocator;
  dryad_ways ways = {0};
  *out = (dryad_way_forest){.allocator = allocator, .count = graph->count};
  dryad_id *all = dryad_alloc(allocator, graph->count, sizeof *all);
  out->steps = dryad_calloc(allocator, graph->count, sizeof *out->steps);
  dryad_status status = all && out->steps ? DRYAD_OK : dryad_fail_memory(error);
  for (dryad_id id = 0; !status && id < graph->count; id++) {
    all[id] = id;
    add_start(out->steps, id);
  }
  if (!status) status = dryad_ways_find(&ways, graph, known, levels, (dryad_ids){all, graph->count}, progress, error);
  for (uint32_t i = 0; !status && i < ways.count; i++) {
    const dryad_way_node *node = &ways.nodes[i];
    if (node->above != DRYAD_NONE) add_step(out->steps, node->id, ways.nodes[node->above].id, node->position);
  }
  dryad_ways_deinit(&ways);
  dryad_free(allocator, all, graph->count, sizeof *all);
  if (status) dryad_way_forest_deinit(out);
  return status;
}

void dryad_way_forest_deinit(dryad_way_forest *forest)
{
  if (!forest->allocator) return;
  dryad_free(forest->allocator, forest->steps, forest->count, sizeof *forest->steps);
  *forest = (dryad_way_forest){0};
}

static dryad_id ancestor(const dryad_way_step *steps, dryad_id id, uint32_t depth)
{
  while (steps[id].steps > depth) id = steps[steps[id].jump].steps >= depth ? steps[id].jump : steps[id].above;
  return id;
}

/* Writes the way from the object to `count` - 1 above it, so that it ends before `end`. */
static void write_up(dryad_way_ends *out, const dryad_way_step *steps, dryad_id id, uint32_t end, uint32_t count)
{
  for (; count > 0; count--, id = steps[id].above) {
    out->ids[--end] = id;
    out->positions[end] = steps[id].position;
  }
}

void dryad_way_forest_ends(dryad_way_ends *out, const dryad_way_forest *forest, const dryad_levels *levels, dryad_id id)
{
  DRYAD_ASSERT(id < forest->count);
  const dryad_way_step *steps = forest->steps;
  uint32_t objects = steps[id].steps + 1;
  out->count = 0;
  if (levels->levels[id] == DRYAD_NONE) return;
  out->count = objects;
  if (objects > DRYAD_WAY_FIRST + DRYAD_WAY_LAST) {
    out->count = DRYAD_WAY_FIRST + DRYAD_WAY_LAST;
    write_up(out, steps, ancestor(steps, id, DRYAD_WAY_FIRST - 1), DRYAD_WAY_FIRST, DRYAD_WAY_FIRST);
    write_up(out, steps, id, out->count, DRYAD_WAY_LAST);
  } else {
    write_up(out, steps, id, objects, objects);
  }
}
