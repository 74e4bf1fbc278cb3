/* SPDX-License-Identifier: MIT */
#include "analysis/paths.h"

#include "analysis/breadth_first.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

static const char stage[] = "finding paths";

void dryad_path_deinit(dryad_path *path)
{
  if (path->ids) dryad_free(path->allocator, path->ids, path->count, sizeof *path->ids);
  *path = (dryad_path){0};
}

dryad_status dryad_path_follow(dryad_path *out, const dryad_graph *graph, const dryad_id *next, dryad_id end,
                               dryad_error *error)
{
  DRYAD_ASSERT(out && end < graph->count && next[end] != DRYAD_NONE);
  uint64_t count = 1;
  for (dryad_id id = end; next[id] != id; id = next[id]) count++;
  dryad_id *ids = dryad_alloc(graph->allocator, count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  *out = (dryad_path){graph->allocator, count, ids};
  for (dryad_id id = end; count-- > 0; id = next[id]) *ids++ = id;
  return DRYAD_OK;
}

void dryad_path_turn(dryad_path *path)
{
  for (uint64_t i = 0; i < path->count / 2; i++) {
    dryad_id id = path->ids[i];
    path->ids[i] = path->ids[path->count - 1 - i];
    path->ids[path->count - 1 - i] = id;
  }
}

/* ---- steps ------------------------------------------------------------------------------------- */

void dryad_steps_deinit(dryad_steps *steps)
{
  dryad_column_free(&steps->counts, steps->allocator, sizeof(uint64_t));
  *steps = (dryad_steps){0};
}

bool dryad_steps_add(dryad_steps *steps, uint64_t found)
{
  if (found == 0) return true;
  if (!dryad_column_reserve(&steps->counts, steps->allocator, steps->count + 1, sizeof found)) return false;
  ((uint64_t *)steps->counts.data)[steps->count++] = found;
  return true;
}

/* ---- searching --------------------------------------------------------------------------------- */

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

typedef struct search {
  const dryad_graph *graph;
  dryad_breadth_first reached;
  dryad_bits targets;
  uint32_t target_count; /* objects */
  dryad_id met;          /* the target found last; DRYAD_NONE: none */
  dryad_steps steps;
} search;

static void search_deinit(search *s)
{
  dryad_steps_deinit(&s->steps);
  dryad_free(s->graph->allocator, s->reached.parents, s->graph->count, sizeof *s->reached.parents);
  dryad_bits_deinit(&s->targets);
  dryad_breadth_first_deinit(&s->reached);
}

/* On failure there is nothing to deinit. */
static dryad_status search_init(search *s, const dryad_graph *graph, dryad_ids from, dryad_ids to, dryad_ids excluded,
                                bool reversed, dryad_error *error)
{
  *s = (search){.graph = graph, .met = DRYAD_NONE, .steps = {.allocator = graph->allocator}};
  if (!dryad_breadth_first_init(&s->reached, graph, reversed)) return dryad_fail_memory(error);
  s->reached.parents = dryad_alloc(graph->allocator, graph->count, sizeof *s->reached.parents);
  if (!dryad_bits_init(&s->targets, graph->allocator, graph->count) || !s->reached.parents) {
    search_deinit(s);
    return dryad_fail_memory(error);
  }
  for (uint64_t i = 0; i < to.count; i++)
    if (to.ids[i] < graph->count) s->target_count += dryad_bits_add(&s->targets, to.ids[i]);
  for (uint64_t i = 0; i < excluded.count; i++) {
    if (excluded.ids[i] >= graph->count || !dryad_bits_add(&s->reached.seen, excluded.ids[i])) continue;
    if (dryad_bits_get(&s->targets, excluded.ids[i])) s->target_count--;
    dryad_bits_clear(&s->targets, excluded.ids[i]);
  }
  for (uint64_t i = 0; i < from.count; i++) dryad_breadth_first_add(&s->reached, from.ids[i]);
  return DRYAD_OK;
}

/* Advances step by step until the given number of targets is found. */
static dryad_status meet(search *s, uint32_t wanted, const dryad_progress *progress, dryad_error *error)
{
  dryad_breadth_first *reached = &s->reached;
  uint32_t looked = 0, told = 0;
  if (wanted == 0) return DRYAD_OK;
  do {
    if (!dryad_steps_add(&s->steps, reached->found - looked)) return dryad_fail_memory(error);
    for (; looked < reached->found; looked++) {
      if (!dryad_bits_get(&s->targets, reached->order[looked])) continue;
      s->met = reached->order[looked];
      if (--wanted == 0) return DRYAD_OK;
    }
    if (looked - told >= OBJECTS_BETWEEN_TELLING) {
      told = looked;
      if (dryad_progress_tell(progress, stage, looked, reached->graph->count)) return dryad_fail_cancelled(error);
    }
  } while (dryad_breadth_first_step(reached));
  return DRYAD_OK;
}

static dryad_status follow(const search *s, dryad_path *out, dryad_id end, dryad_error *error)
{
  dryad_status status = dryad_path_follow(out, s->graph, s->reached.parents, end, error);
  if (!status) dryad_path_turn(out);
  return status;
}

/* Ends a search; on success the caller takes over its steps. */
static dryad_status finish(search *s, dryad_steps *steps, dryad_status status)
{
  if (!status) {
    *steps = s->steps;
    s->steps = (dryad_steps){0};
  }
  search_deinit(s);
  return status;
}

dryad_status dryad_path_find_in_steps(dryad_path *out, dryad_steps *steps, const dryad_graph *graph, dryad_ids from,
                                      dryad_ids to, dryad_ids excluded, bool reversed, dryad_progress progress,
                                      dryad_error *error)
{
  DRYAD_ASSERT(out && steps);
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, from.ids, from.count) && dryad_ids_are_known(graph, to.ids, to.count));
  search s;
  *out = (dryad_path){0};
  *steps = (dryad_steps){0};
  dryad_status status = search_init(&s, graph, from, to, excluded, reversed, error);
  if (status) return status;
  status = meet(&s, 1, &progress, error);
  if (!status && s.met != DRYAD_NONE) status = follow(&s, out, s.met, error);
  return finish(&s, steps, status);
}

dryad_status dryad_path_find(dryad_path *out, const dryad_graph *graph, dryad_ids from, dryad_ids to, bool reversed,
                             dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out);
  dryad_steps steps;
  dryad_status status =
      dryad_path_find_in_steps(out, &steps, graph, from, to, (dryad_ids){0}, reversed, progress, error);
  dryad_steps_deinit(&steps);
  if (!status && (status = dryad_graph_check(graph, error))) dryad_path_deinit(out);
  return status;
}

dryad_status dryad_paths_to_each(dryad_path *out, dryad_steps *steps, const dryad_graph *graph, dryad_ids from,
                                 dryad_ids to, dryad_ids excluded, bool reversed, dryad_progress progress,
                                 dryad_error *error)
{
  DRYAD_ASSERT(out && steps);
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, from.ids, from.count) && dryad_ids_are_known(graph, to.ids, to.count));
  search s;
  *steps = (dryad_steps){0};
  for (uint64_t i = 0; i < to.count; i++) out[i] = (dryad_path){0};
  dryad_status status = search_init(&s, graph, from, to, excluded, reversed, error);
  if (status) return status;
  status = meet(&s, s.target_count, &progress, error);
  for (uint64_t i = 0; i < to.count && !status; i++)
    if (to.ids[i] < graph->count && dryad_bits_get(&s.targets, to.ids[i]) && dryad_bits_get(&s.reached.seen, to.ids[i]))
      status = follow(&s, &out[i], to.ids[i], error);
  for (uint64_t i = 0; i < to.count && status; i++) dryad_path_deinit(&out[i]);
  return finish(&s, steps, status);
}
