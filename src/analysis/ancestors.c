/* SPDX-License-Identifier: MIT */
#include "analysis/ancestors.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

typedef struct climb {
  const dryad_graph *graph;
  const bool *stops;
  dryad_id *order; /* room for all objects: the objects found, step by step */
  uint32_t found;
  uint32_t *generations; /* by id: DRYAD_NONE: not found */
  uint64_t told;
  dryad_progress progress;
} climb;

void dryad_ancestors_deinit(dryad_ancestors *ancestors)
{
  dryad_free(ancestors->allocator, ancestors->rows, ancestors->row_count, sizeof *ancestors->rows);
  dryad_steps_deinit(&ancestors->pairs);
  *ancestors = (dryad_ancestors){0};
}

static void find(climb *c, dryad_id id, uint32_t generation)
{
  if (c->generations[id] == DRYAD_NONE) c->order[c->found++] = id;
  c->generations[id] = generation;
}

static dryad_status tell(climb *c, uint64_t done, dryad_error *error)
{
  if (done - c->told < OBJECTS_BETWEEN_TELLING) return DRYAD_OK;
  c->told = done;
  return dryad_progress_tell(&c->progress, "finding ancestors", done, c->graph->count) ? dryad_fail_cancelled(error)
                                                                                       : DRYAD_OK;
}

/* Steps ascend, so the last one written is the largest. */
static dryad_status climb_up(climb *c, dryad_steps *pairs, dryad_error *error)
{
  const uint32_t *types = dryad_types(c->graph);
  uint32_t at = 0;
  for (uint32_t step = 1; at < c->found; step++) {
    uint64_t count = 0;
    for (uint32_t end = c->found; at < end; at++) {
      if (tell(c, at, error)) return DRYAD_CANCELLED;
      if (c->stops[types[c->order[at]]]) continue;
      dryad_ids parents = dryad_parents(c->graph, c->order[at]);
      count += parents.count;
      for (uint64_t i = 0; i < parents.count; i++) find(c, parents.ids[i], step);
    }
    if (!dryad_steps_add(pairs, count)) return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

static int compare_rows(const void *left, const void *right, void *graph)
{
  const dryad_ancestor_row *a = left, *b = right;
  if (a->generation != b->generation) return a->generation < b->generation ? -1 : 1;
  return dryad_text_compare(dryad_graph_type_name(graph, a->type), dryad_graph_type_name(graph, b->type));
}

/* Makes a row for each object found, then merges equal ones. */
static dryad_status make_rows(dryad_ancestors *out, const climb *c, dryad_error *error)
{
  dryad_ancestor_row *rows = dryad_alloc(c->graph->allocator, c->found, sizeof *rows);
  if (!rows) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < c->found; i++) {
    dryad_id id = c->order[i];
    rows[i] = (dryad_ancestor_row){c->generations[id], 1, dryad_types(c->graph)[id]};
  }
  qsort_r(rows, c->found, sizeof *rows, compare_rows, (void *)(uintptr_t)c->graph);
  uint64_t count = 0;
  for (uint32_t i = 0; i < c->found; i++) {
    if (count > 0 && rows[count - 1].generation == rows[i].generation && rows[count - 1].type == rows[i].type)
      rows[count - 1].count++;
    else
      rows[count++] = rows[i];
  }
  out->rows = dryad_realloc(c->graph->allocator, rows, c->found, count, sizeof *rows);
  if (out->rows) {
    out->row_count = count;
    return DRYAD_OK;
  }
  dryad_free(c->graph->allocator, rows, c->found, sizeof *rows);
  return dryad_fail_memory(error);
}

dryad_status dryad_ancestors_find(dryad_ancestors *out, const dryad_graph *graph, dryad_ids starts, const bool *stops,
                                  dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && stops);
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, starts.ids, starts.count));
  const dryad_allocator *allocator = graph->allocator;
  climb c = {.graph = graph, .stops = stops, .progress = progress};
  *out = (dryad_ancestors){.allocator = allocator, .pairs = {.allocator = allocator}};
  c.order = dryad_alloc(allocator, graph->count, sizeof *c.order);
  c.generations = dryad_alloc(allocator, graph->count, sizeof *c.generations);
  dryad_status status = c.order && c.generations ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) {
    for (dryad_id id = 0; id < graph->count; id++) c.generations[id] = DRYAD_NONE;
    for (uint64_t i = 0; i < starts.count; i++)
      if (starts.ids[i] < graph->count) find(&c, starts.ids[i], 0);
    status = climb_up(&c, &out->pairs, error);
  }
  if (!status) status = make_rows(out, &c, error);
  dryad_free(allocator, c.order, graph->count, sizeof *c.order);
  dryad_free(allocator, c.generations, graph->count, sizeof *c.generations);
  if (status) dryad_ancestors_deinit(out);
  return status;
}
