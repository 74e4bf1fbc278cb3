/* SPDX-License-Identifier: MIT */
#include "analysis/depth_first.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { FIRST_DEPTH = 64, STEPS_BETWEEN_TELLING = 1 << 16 };

dryad_status dryad_walk_init(dryad_walk *walk, const dryad_graph *graph, const dryad_id *starts, uint64_t count,
                             const dryad_id *excluded, uint64_t excluded_count, dryad_error *error)
{
  DRYAD_ASSERT(walk && (starts || count == 0));
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, starts, count));
  *walk = (dryad_walk){.graph = dryad_graph_retain(graph), .starts = starts, .start_count = count};
  if (!dryad_bits_init(&walk->seen, graph->allocator, graph->count)) {
    dryad_walk_deinit(walk);
    return dryad_fail_memory(error);
  }
  for (uint64_t i = 0; i < excluded_count; i++)
    if (excluded[i] < graph->count) dryad_bits_set(&walk->seen, excluded[i]);
  return DRYAD_OK;
}

void dryad_walk_deinit(dryad_walk *walk)
{
  if (!walk->graph) return;
  const dryad_allocator *allocator = walk->graph->allocator;
  dryad_bits_deinit(&walk->seen);
  dryad_free(allocator, walk->stack, walk->capacity, 2 * sizeof *walk->stack);
  dryad_graph_release(walk->graph);
  *walk = (dryad_walk){0};
}

static dryad_status push(dryad_walk *walk, dryad_id id, dryad_error *error)
{
  const dryad_graph *graph = walk->graph;
  uint64_t start = dryad_offset(&graph->child_offsets, id), end = dryad_offset(&graph->child_offsets, id + 1);
  if (start == end) return DRYAD_OK;
  if (walk->depth == walk->capacity) {
    uint64_t capacity = walk->capacity ? walk->capacity * 2 : FIRST_DEPTH;
    uint64_t *stack = dryad_realloc(graph->allocator, walk->stack, walk->capacity, capacity, 2 * sizeof *walk->stack);
    if (!stack) return dryad_fail_memory(error);
    walk->stack = stack;
    walk->capacity = capacity;
  }
  walk->stack[2 * walk->depth] = start;
  walk->stack[2 * walk->depth + 1] = end;
  walk->depth++;
  return DRYAD_OK;
}

static dryad_id next_unseen(dryad_walk *walk)
{
  const dryad_id *children = walk->graph->children->data;
  while (walk->depth) {
    uint64_t *top = &walk->stack[2 * (walk->depth - 1)];
    while (top[0] < top[1]) {
      dryad_id child = children[top[0]++];
      if (child < walk->graph->count && dryad_bits_add(&walk->seen, child)) {
        if (top[0] == top[1]) walk->depth--;
        return child;
      }
    }
    walk->depth--;
  }
  while (walk->next_start < walk->start_count) {
    dryad_id start = walk->starts[walk->next_start++];
    if (start < walk->graph->count && dryad_bits_add(&walk->seen, start)) return start;
  }
  return DRYAD_NONE;
}

dryad_status dryad_walk_next(dryad_walk *walk, dryad_id *id, dryad_error *error)
{
  DRYAD_ASSERT(id);
  *id = next_unseen(walk);
  return *id == DRYAD_NONE ? DRYAD_OK : push(walk, *id, error);
}

static dryad_status collect(const dryad_graph *graph, const dryad_bits *reached, uint64_t count, dryad_id **ids,
                            dryad_error *error)
{
  dryad_id *out = dryad_alloc(graph->allocator, count, sizeof *out);
  if (!out) return dryad_fail_memory(error);
  *ids = out;
  for (uint64_t w = 0; w < (reached->count + 63) / 64; w++)
    for (uint64_t word = reached->words[w]; word; word &= word - 1)
      *out++ = (dryad_id)(w * 64 + (uint64_t)__builtin_ctzll(word));
  return DRYAD_OK;
}

/* Runs a walk to its end: the number of objects found, and their bytes. */
static dryad_status run(dryad_walk *walk, uint64_t *found, uint64_t *bytes, const dryad_progress *progress,
                        dryad_error *error)
{
  *found = *bytes = 0;
  for (;;) {
    dryad_id id;
    dryad_status status = dryad_walk_next(walk, &id, error);
    if (status || id == DRYAD_NONE) return status;
    *bytes = dryad_add_sizes(*bytes, dryad_size(walk->graph, id));
    if (++*found % STEPS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "walking", *found, walk->graph->count))
      return dryad_fail_cancelled(error);
  }
}

dryad_status dryad_reach(const dryad_graph *graph, const dryad_id *starts, uint64_t count, const dryad_id *excluded,
                         uint64_t excluded_count, dryad_id **ids, uint64_t *id_count, uint64_t *size,
                         dryad_progress progress, dryad_error *error)
{
  dryad_walk walk;
  uint64_t found, bytes;
  dryad_status status = dryad_walk_init(&walk, graph, starts, count, excluded, excluded_count, error);
  if (status) return status;
  status = run(&walk, &found, &bytes, &progress, error);
  if (!status && ids) {
    for (uint64_t i = 0; i < excluded_count; i++)
      if (excluded[i] < graph->count) dryad_bits_clear(&walk.seen, excluded[i]);
    status = collect(graph, &walk.seen, found, ids, error);
  }
  dryad_walk_deinit(&walk);
  if (status) return status;
  if (id_count) *id_count = found;
  if (size) *size = bytes;
  return DRYAD_OK;
}

dryad_status dryad_reach_within(const dryad_graph *graph, dryad_ids starts, dryad_ids within, dryad_id **ids,
                                uint64_t *id_count, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(ids && id_count);
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, within.ids, within.count));
  dryad_walk walk;
  uint64_t found, bytes, next = 0;
  dryad_status status = dryad_walk_init(&walk, graph, starts.ids, starts.count, NULL, 0, error);
  if (status) return status;
  memset(walk.seen.words, 0xff, (size_t)((walk.seen.count + 63) / 64) * sizeof *walk.seen.words);
  for (uint64_t i = 0; i < within.count; i++)
    if (within.ids[i] < graph->count) dryad_bits_clear(&walk.seen, within.ids[i]);
  status = run(&walk, &found, &bytes, &progress, error);
  dryad_id *reached = status ? NULL : dryad_alloc(graph->allocator, found, sizeof *reached);
  if (!status && !reached) status = dryad_fail_memory(error);
  for (uint64_t i = 0; i < within.count && !status; i++)
    if (within.ids[i] < graph->count && dryad_bits_get(&walk.seen, within.ids[i])) reached[next++] = within.ids[i];
  DRYAD_ASSERT(status || next == found);
  dryad_walk_deinit(&walk);
  if (status) return status;
  *ids = reached;
  *id_count = found;
  return DRYAD_OK;
}
