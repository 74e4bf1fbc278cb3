/* SPDX-License-Identifier: MIT */
#include "analyses.h"

#include <math.h>
#include <stdatomic.h>

#include "agreement.h"
#include "base/memory.h"
#include "peer_igraph.h"
#include "root_tree.h"
#include "session.h"
#include "table.h"
#include "why.h"

enum { ROUNDS = 3 };

/* ---- in a child process ------------------------------------------------------------- */

typedef struct dominators_figures {
  double seconds;
  uint64_t objects;
  uint64_t rest_bytes;   /* kept by the heap for them */
  uint64_t before, peak; /* anonymous bytes before, and their peak; 0: unknown */
} dominators_figures;

/* The library's allocator, counting the bytes in use. */
static void *counted_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  atomic_size_t *bytes = context;
  void *moved = dryad_default_allocator.resize(dryad_default_allocator.context, block, old_size, new_size);
  if (moved || new_size == 0) {
    atomic_fetch_add(bytes, new_size);
    atomic_fetch_sub(bytes, block ? old_size : 0);
  }
  return moved;
}

static bool run_dominators(const char *path, void *result)
{
  dominators_figures *figures = result;
  atomic_size_t bytes = 0;
  const dryad_allocator counted = {counted_resize, &bytes};
  session opened;
  const dryad_dominators *dominators;
  dryad_error error;
  if (!session_open(&opened, path, &counted)) return false;
  size_t bytes_before = bytes;
  figures->before = anonymous_bytes();
  bool peak_known = anonymous_peak_restart();
  double start = seconds_now();
  if (dryad_heap_dominators(opened.heap, &dominators, (dryad_progress){0}, &error)) return session_failed(&error);
  figures->seconds = seconds_now() - start;
  figures->peak = peak_known ? anonymous_peak() : 0;
  figures->rest_bytes = bytes - bytes_before;
  figures->objects = dryad_graph_count(opened.graph);
  session_close(&opened);
  return true;
}

static bool run_search(const char *path, void *result)
{
  double *seconds = result;
  session opened;
  dryad_root_tree forest;
  dryad_error error;
  if (!session_open(&opened, path, NULL)) return false;
  double start = seconds_now();
  if (dryad_root_tree_init(&forest, opened.graph, opened.roots, (dryad_progress){0}, &error))
    return session_failed(&error);
  *seconds = seconds_now() - start;
  dryad_root_tree_deinit(&forest);
  session_close(&opened);
  return true;
}

typedef struct peer_seconds {
  double dominators, search;
} peer_seconds;

/* Also compares the results. */
static bool run_peer(const char *path, void *result)
{
  peer_seconds *seconds = result;
  session opened;
  igraph_answers answers;
  const dryad_dominators *dominators;
  dryad_root_tree forest;
  dryad_error error;
  if (!session_open(&opened, path, NULL)) return false;
  igraph_answers_init(&answers, opened.graph, opened.roots);
  *seconds = (peer_seconds){answers.dominator_seconds, answers.search_seconds};
  if (dryad_heap_dominators(opened.heap, &dominators, (dryad_progress){0}, &error) ||
      dryad_root_tree_init(&forest, opened.graph, opened.roots, (dryad_progress){0}, &error))
    return session_failed(&error);
  bool agree = dominators_agree(&answers, opened.graph, dominators) && distances_agree(&answers, opened.graph, &forest);
  dryad_root_tree_deinit(&forest);
  igraph_answers_deinit(&answers);
  session_close(&opened);
  return agree;
}

/* ---- rounds and rows ------------------------------------------------------------------------------- */

/* Medians; for bytes, the last value. */
typedef struct figures {
  double dominators, search;
  peer_seconds peer;
  why_seconds why;
  double slowest_why, first_why; /* in parts of the load time of the same run */
  dominators_figures last;
} figures;

static bool run_rounds(const char *path, figures *f)
{
  double dominators[ROUNDS], search[ROUNDS], peer_dominators[ROUNDS], peer_search[ROUNDS];
  double load[ROUNDS], roots[ROUNDS], slowest[ROUNDS], mean[ROUNDS], slowest_why[ROUNDS], first_why[ROUNDS];
  for (unsigned i = 0; i < ROUNDS; i++) {
    peer_seconds peer;
    why_seconds why;
    if (!measure(run_dominators, path, &f->last, sizeof f->last) || !measure(run_peer, path, &peer, sizeof peer) ||
        !measure(run_search, path, &search[i], sizeof search[i]) || !measure(why_run, path, &why, sizeof why))
      return false;
    dominators[i] = f->last.seconds;
    peer_dominators[i] = peer.dominators;
    peer_search[i] = peer.search;
    load[i] = why.load;
    roots[i] = why.roots;
    slowest[i] = why.slowest;
    mean[i] = why.mean;
    slowest_why[i] = why.slowest / why.load;
    first_why[i] = (why.roots + why.slowest) / why.load;
  }
  f->dominators = median(dominators, ROUNDS);
  f->search = median(search, ROUNDS);
  f->peer = (peer_seconds){median(peer_dominators, ROUNDS), median(peer_search, ROUNDS)};
  f->why = (why_seconds){median(load, ROUNDS), median(roots, ROUNDS), median(slowest, ROUNDS), median(mean, ROUNDS)};
  f->slowest_why = median(slowest_why, ROUNDS);
  f->first_why = median(first_why, ROUNDS);
  return true;
}

static void tell_memory(const bench_dump *dump, const dominators_figures *f)
{
  double objects = (double)f->objects, before = (double)f->before, peak = (double)f->peak;
  /* To a hundredth of a byte, which leaves out constant overhead. */
  row(dump, "dominators at rest, an object", round((double)f->rest_bytes / objects * 100) / 100, "bytes", 16);
  if (f->peak == 0) return;
  row(dump, "peak of anonymous memory, dominators being built", peak / (1 << 20), "MiB", 0);
  row(dump, "the same above the heap alone, an object", (peak - before) / objects, "bytes", 0);
}

bool bench_analyses(const bench_dump *dump)
{
  figures f;
  if (!run_rounds(dump->path, &f)) return false;
  row(dump, "dominators, retained sizes / igraph dominator_tree", f.dominators / f.peer.dominators, "x",
      target_if_large(dump, 0.3));
  row(dump, "shortest paths from all roots / igraph bfs_simple", f.search / f.peer.search, "x",
      target_if_large(dump, 1.0));
  row(dump, "first why, roots settled, slowest object / load", f.first_why, "x", target_if_large(dump, 0.3));
  row(dump, "slowest why afterwards / load with 2 threads", f.slowest_why, "x", target_if_large(dump, 0.3));
  row(dump, "dominators and retained sizes", f.dominators, "s", 0);
  row(dump, "igraph dominator_tree, without retained sizes", f.peer.dominators, "s", 0);
  row(dump, "shortest paths from all roots", f.search, "s", 0);
  row(dump, "igraph bfs_simple from all roots", f.peer.search, "s", 0);
  row(dump, "roots", f.why.roots, "s", 0);
  row(dump, "why, the slowest", f.why.slowest * 1e3, "ms", 0);
  row(dump, "why, the mean", f.why.mean * 1e3, "ms", 0);
  row(dump, "load, 2 threads, before these whys", f.why.load, "s", 0);
  tell_memory(dump, &f.last);
  return true;
}
