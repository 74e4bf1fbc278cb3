/* SPDX-License-Identifier: MIT */
#include "agreement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static bool differs(const char *what, const dryad_graph *graph, dryad_id id, uint64_t theirs, uint64_t ours)
{
  fprintf(stderr, "DISAGREEMENT: %s of the object at %" PRIu64 " (id %u): igraph %" PRIu64 ", Dryad %" PRIu64 "\n",
          what, dryad_graph_address(graph, id), id, theirs, ours);
  return false;
}

static bool no_memory(void)
{
  fprintf(stderr, "out of memory while comparing with igraph\n");
  return false;
}

/* Sums sizes up a tree, leaves first: an object is complete once all objects that it immediately dominates are. */
static bool add_up(uint64_t *retained, uint32_t *waiting, dryad_id *done, const igraph_answers *answers)
{
  uint32_t count = answers->count, end = 0;
  for (dryad_id id = 0; id < count; id++)
    if (answers->dominators[id] != DRYAD_NONE) waiting[answers->dominators[id]]++;
  for (dryad_id id = 0; id < count; id++)
    if (waiting[id] == 0) done[end++] = id;
  for (uint32_t i = 0; i < end; i++) {
    dryad_id parent = answers->dominators[done[i]];
    if (parent == DRYAD_NONE) continue;
    retained[parent] += retained[done[i]];
    if (--waiting[parent] == 0) done[end++] = parent;
  }
  if (end < count) fprintf(stderr, "DISAGREEMENT: igraph's result is not a tree\n");
  return end == count;
}

static bool retained_agrees(const igraph_answers *answers, const dryad_graph *graph, const dryad_dominators *dominators)
{
  size_t count = answers->count;
  uint64_t *retained = calloc(count, sizeof *retained);
  uint32_t *waiting = calloc(count, sizeof *waiting);
  dryad_id *done = calloc(count, sizeof *done);
  bool ok = retained && waiting && done;
  if (!ok) no_memory();
  for (dryad_id id = 0; ok && id < count; id++)
    if (answers->distances[id] != DRYAD_NONE) retained[id] = dryad_graph_size(graph, id);
  ok = ok && add_up(retained, waiting, done, answers);
  for (dryad_id id = 0; ok && id < count; id++) {
    uint64_t ours = dryad_dominators_retained(dominators, id);
    if (ours != retained[id]) ok = differs("retained size", graph, id, retained[id], ours);
  }
  free(retained);
  free(waiting);
  free(done);
  return ok;
}

bool dominators_agree(const igraph_answers *answers, const dryad_graph *graph, const dryad_dominators *dominators)
{
  for (dryad_id id = 0; id < answers->count; id++) {
    dryad_id theirs = answers->dominators[id], ours = dryad_dominators_parent(dominators, id);
    if (ours != theirs) return differs("immediate dominator", graph, id, theirs, ours);
  }
  return retained_agrees(answers, graph, dominators);
}

bool distances_agree(const igraph_answers *answers, const dryad_graph *graph, const dryad_root_tree *forest)
{
  uint32_t *distances = malloc(((size_t)answers->count + 1) * sizeof *distances);
  if (!distances) return no_memory();
  for (dryad_id id = 0; id < answers->count; id++) distances[id] = DRYAD_NONE;
  for (uint32_t i = 0; i < forest->reached; i++) {
    dryad_id id = forest->order[i], parent = forest->parents[id];
    distances[id] = parent == id ? 0 : distances[parent] + 1;
  }
  bool ok = true;
  for (dryad_id id = 0; ok && id < answers->count; id++)
    if (distances[id] != answers->distances[id])
      ok = differs("distance from a root", graph, id, answers->distances[id], distances[id]);
  free(distances);
  return ok;
}
