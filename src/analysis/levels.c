/* SPDX-License-Identifier: MIT */
#include "analysis/levels.h"

#include <string.h>

#include "analysis/breadth_first.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

static const char stage[] = "finding ways";

/* How far ahead of the current object memory is prefetched: first offsets, then references. */
enum { AHEAD = 16, NEAR = 8, BETWEEN_TELLING = 1 << 16 };
/* Nothing is farther away than that. */
#define DEEPEST_LEVEL (DRYAD_NONE - DRYAD_STEP_LEVELS)

void dryad_levels_free(dryad_levels *levels)
{
  if (!levels) return;
  dryad_free(levels->allocator, levels->levels, levels->count, sizeof *levels->levels);
  dryad_free(levels->allocator, levels->starts, levels->start_count, sizeof *levels->starts);
  dryad_free(levels->allocator, levels->by_id, levels->start_count, sizeof *levels->by_id);
  dryad_free(levels->allocator, levels, 1, sizeof *levels);
}

uint64_t dryad_levels_bytes(const dryad_levels *levels)
{
  return (uint64_t)levels->count * sizeof *levels->levels +
         (uint64_t)levels->start_count * (sizeof *levels->starts + sizeof *levels->by_id);
}

/* What the roots reach: only then is a module or a task a start. */
static dryad_status reach(dryad_bits *reached, const dryad_graph *graph, const dryad_roots *roots,
                          const dryad_progress *progress, dryad_error *error)
{
  dryad_breadth_first walk;
  if (!dryad_breadth_first_init(&walk, graph, false)) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < roots->count; i++) dryad_breadth_first_add(&walk, roots->ids[i]);
  dryad_status status = dryad_breadth_first_run(&walk, stage, progress, error);
  *reached = walk.seen;
  walk.seen = (dryad_bits){0};
  dryad_breadth_first_deinit(&walk);
  return status;
}

/* A breadth-first search whose starts come in at two levels. */
typedef struct search {
  const dryad_graph *graph;
  dryad_levels *levels;
  dryad_id *order; /* the objects with a level, lowest level first */
  uint32_t found, expanded;
} search;

static void add(search *s, dryad_id id, uint32_t level)
{
  if (s->levels->levels[id] != DRYAD_NONE) return;
  s->levels->levels[id] = level;
  s->order[s->found++] = id;
}

/* Expands the objects found so far whose level is below `end`. */
static void expand(search *s, uint32_t end, uint32_t most)
{
  const dryad_graph *graph = s->graph;
  const dryad_offsets *offsets = &graph->child_offsets;
  const dryad_id *edges = graph->children->data;
  const uint32_t *low = offsets->low->data;
  uint32_t *levels = s->levels->levels, found = s->found, count = graph->count;
  dryad_id *order = s->order;
  for (; s->expanded < found && most > 0; s->expanded++, most--) {
    uint32_t at = s->expanded;
    dryad_id id = order[at];
    if (levels[id] >= end || levels[id] >= DEEPEST_LEVEL) break;
    if (at + AHEAD < found) {
      __builtin_prefetch(&low[order[at + AHEAD]]);
      __builtin_prefetch(&edges[dryad_offset(offsets, order[at + NEAR])]);
    }
    uint64_t last = dryad_offset(offsets, id + 1);
    for (uint64_t i = dryad_offset(offsets, id); i < last; i++) {
      dryad_id next = edges[i];
      if (next >= count || levels[next] != DRYAD_NONE) continue;
      levels[next] = levels[id] + DRYAD_STEP_LEVELS;
      order[found++] = next;
    }
  }
  s->found = found;
}

static dryad_status expand_all(search *s, uint32_t end, const dryad_progress *progress, dryad_error *error)
{
  for (;;) {
    uint32_t before = s->expanded;
    expand(s, end, BETWEEN_TELLING);
    if (s->expanded - before < BETWEEN_TELLING) return DRYAD_OK;
    if (dryad_progress_tell(progress, stage, s->expanded, s->graph->count)) return dryad_fail_cancelled(error);
  }
}

static dryad_status assign(dryad_levels *levels, const dryad_graph *graph, const dryad_roots *roots,
                           const dryad_bits *reached, const dryad_progress *progress, dryad_error *error)
{
  search s = {.graph = graph, .levels = levels, .order = dryad_alloc(graph->allocator, graph->count, sizeof *s.order)};
  if (!s.order) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < levels->start_count; i++) {
    const dryad_start *start = &levels->starts[i];
    if (start->kind == DRYAD_START_MODULE && dryad_bits_get(reached, start->id)) add(&s, start->id, 0);
  }
  dryad_status status = expand_all(&s, DRYAD_LOCAL_LEVEL - 1, progress, error);
  for (uint32_t i = 0; i < levels->start_count; i++)
    if (dryad_bits_get(reached, levels->starts[i].id)) add(&s, levels->starts[i].id, DRYAD_LOCAL_LEVEL);
  for (uint32_t i = 0; i < roots->count; i++) add(&s, roots->ids[i], DRYAD_LOCAL_LEVEL);
  if (!status) status = expand_all(&s, DRYAD_NONE, progress, error);
  dryad_free(graph->allocator, s.order, graph->count, sizeof *s.order);
  return status;
}

dryad_status dryad_levels_new(dryad_levels **out, const dryad_graph *graph, const dryad_known_types *known,
                              const dryad_roots *roots, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && known && roots);
  *out = NULL;
  dryad_bits reached = {0};
  dryad_levels *levels = dryad_calloc(graph->allocator, 1, sizeof *levels);
  if (!levels) return dryad_fail_memory(error);
  *levels = (dryad_levels){.allocator = graph->allocator, .count = graph->count};
  levels->levels = dryad_alloc(graph->allocator, graph->count, sizeof *levels->levels);
  dryad_status status = levels->levels ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) memset(levels->levels, 0xff, (size_t)graph->count * sizeof *levels->levels);
  if (!status) status = reach(&reached, graph, roots, &progress, error);
  if (!status) status = dryad_starts_find(levels, graph, known, roots, &reached, error);
  if (!status) status = assign(levels, graph, roots, &reached, &progress, error);
  dryad_bits_deinit(&reached);
  if (status)
    dryad_levels_free(levels);
  else
    *out = levels;
  return status;
}
