/* SPDX-License-Identifier: MIT */
#include "why.h"

#include <stdio.h>

#include "measure.h"
#include "root_tree.h"
#include "session.h"

enum { SPREAD = 200, EXTREME = 20, SAMPLE = SPREAD + 2 * EXTREME, PATHS = 3 };

static uint64_t referrers(const dryad_graph *graph, dryad_id id) { return dryad_graph_parents(graph, id).count; }

/* The objects with the most referrers, in descending order; returns how many. */
static uint32_t most_referred(dryad_id top[EXTREME], const dryad_graph *graph)
{
  uint32_t used = 0;
  for (dryad_id id = 0; id < dryad_graph_count(graph); id++) {
    uint64_t count = referrers(graph, id);
    if (used == EXTREME && count <= referrers(graph, top[used - 1])) continue;
    uint32_t at = used < EXTREME ? used++ : used - 1;
    for (; at > 0 && referrers(graph, top[at - 1]) < count; at--) top[at] = top[at - 1];
    top[at] = id;
  }
  return used;
}

static uint32_t choose(dryad_id sample[SAMPLE], const dryad_graph *graph, const dryad_root_tree *forest)
{
  uint32_t used = 0, count = dryad_graph_count(graph);
  for (uint32_t i = 0; i < SPREAD && i < count; i++) sample[used++] = (dryad_id)((uint64_t)count * i / SPREAD);
  used += most_referred(sample + used, graph);
  for (uint32_t i = 0; i < EXTREME && i < forest->reached; i++) sample[used++] = forest->order[forest->reached - 1 - i];
  return used;
}

/* Objects on the path from the nearest root, both ends included; 0: roots do not reach it. */
static uint64_t shortest(const dryad_root_tree *forest, dryad_id id)
{
  uint64_t count = 1;
  if (forest->parents[id] == DRYAD_NONE) return 0;
  for (; forest->parents[id] != id; id = forest->parents[id]) count++;
  return count;
}

/* Adds the time of one why. */
static bool why(why_seconds *seconds, const session *opened, const dryad_root_tree *forest, dryad_id id)
{
  dryad_path paths[PATHS] = {0};
  dryad_error error;
  uint32_t count;
  double start = seconds_now();
  if (dryad_paths_from_roots(paths, PATHS, &count, opened->graph, opened->roots, id, (dryad_progress){0}, &error))
    return session_failed(&error);
  double took = seconds_now() - start;
  if (took > seconds->slowest) seconds->slowest = took;
  seconds->mean += took;
  uint64_t length = count > 0 ? paths[0].count : 0;
  for (uint32_t i = 0; i < count; i++) dryad_path_deinit(&paths[i]);
  if (length == shortest(forest, id)) return true;
  fprintf(stderr, "DISAGREEMENT: the first path to object %u has %llu objects, the shortest %llu\n", id,
          (unsigned long long)length, (unsigned long long)shortest(forest, id));
  return false;
}

bool why_run(const char *path, void *result)
{
  why_seconds *seconds = result;
  session opened;
  dryad_root_tree forest = {0};
  dryad_id sample[SAMPLE];
  dryad_error error;
  if (!session_open(&opened, path, NULL)) return false;
  bool ok =
      !dryad_root_tree_init(&forest, opened.graph, opened.roots, (dryad_progress){0}, &error) || session_failed(&error);
  *seconds = (why_seconds){.load = opened.load_seconds, .roots = opened.roots_seconds};
  uint32_t count = ok ? choose(sample, opened.graph, &forest) : 0;
  for (uint32_t i = 0; i < count && ok; i++) ok = why(seconds, &opened, &forest, sample[i]);
  if (count > 0) seconds->mean /= count;
  dryad_root_tree_deinit(&forest);
  session_close(&opened);
  return ok;
}
