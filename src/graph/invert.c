/* SPDX-License-Identifier: MIT */
#include "graph/invert.h"

#include <stdatomic.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/progress.h"

enum { MAX_TALLIES = 4, PARENTS_BETWEEN_TELLING = 1 << 18 };

static const char stage[] = "inverting";

/* Per object and thread. `last` is the parent seen last, which reveals a second reference from it; `count` is first the
   number of parents that this thread has seen, then the low half of the position of its next one. */
typedef struct tally {
  dryad_id last;
  uint32_t count;
} tally;

typedef struct inversion {
  dryad_graph *graph;
  unsigned threads;
  tally *tallies[MAX_TALLIES];
  dryad_id first_parent[MAX_TALLIES + 1]; /* the share of each thread */
  const dryad_progress *progress;
  unsigned passes; /* done, of two */
  atomic_bool cancelled;
} inversion;

/* Whether to stop before `parent`. The first thread, the caller's, reports the progress of its share. */
static bool stops(inversion *inv, unsigned thread, dryad_id parent)
{
  if (parent % PARENTS_BETWEEN_TELLING) return false;
  uint64_t share = inv->first_parent[1], done = inv->passes * share + parent;
  if (thread == 0 && dryad_progress_tell(inv->progress, stage, done, 2 * share)) atomic_store(&inv->cancelled, true);
  return atomic_load(&inv->cancelled);
}

/* Divides the references into roughly equal shares. */
static void share(inversion *inv)
{
  const dryad_graph *graph = inv->graph;
  inv->first_parent[inv->threads] = graph->count;
  for (unsigned t = 0; t < inv->threads; t++) {
    uint64_t target = graph->ref_count / inv->threads * t;
    dryad_id low = 0, high = graph->count;
    while (low < high) {
      dryad_id middle = low + (high - low) / 2;
      if (dryad_offset(&graph->child_offsets, middle) < target)
        low = middle + 1;
      else
        high = middle;
    }
    inv->first_parent[t] = low;
  }
}

static void count_parents(void *context, unsigned thread)
{
  inversion *inv = context;
  const dryad_graph *graph = inv->graph;
  tally *tallies = inv->tallies[thread];
  for (dryad_id id = 0; id < graph->count; id++) tallies[id] = (tally){DRYAD_NONE, 0};
  for (dryad_id parent = inv->first_parent[thread]; parent < inv->first_parent[thread + 1]; parent++) {
    if (stops(inv, thread, parent)) return;
    dryad_ids children = dryad_children(graph, parent);
    for (uint64_t i = 0; i < children.count; i++) {
      dryad_id child = children.ids[i];
      if (child >= graph->count) continue;
      tallies[child].count += tallies[child].last != parent;
      tallies[child].last = parent;
    }
  }
}

static bool set_offsets(inversion *inv, uint64_t *total)
{
  dryad_graph *graph = inv->graph;
  uint64_t offset = 0;
  for (dryad_id child = 0; child < graph->count; child++) {
    if (!dryad_offsets_set(&graph->parent_offsets, graph->allocator, child, offset)) return false;
    for (unsigned t = 0; t < inv->threads; t++) {
      tally *mine = &inv->tallies[t][child];
      uint32_t count = mine->count;
      *mine = (tally){DRYAD_NONE, (uint32_t)offset};
      offset += count;
    }
  }
  *total = offset;
  return dryad_offsets_set(&graph->parent_offsets, graph->allocator, graph->count, offset);
}

/* The full position among the child's parents, from its low half. */
static inline uint64_t whole_place(const dryad_graph *graph, dryad_id child, uint32_t low)
{
  if (graph->parent_offsets.wrap_count == 0) return low;
  uint64_t start = dryad_offset(&graph->parent_offsets, child);
  return start + (uint32_t)(low - (uint32_t)start);
}

static void fill_parents(void *context, unsigned thread)
{
  inversion *inv = context;
  const dryad_graph *graph = inv->graph;
  tally *tallies = inv->tallies[thread];
  dryad_id *parents = graph->parents->data;
  for (dryad_id parent = inv->first_parent[thread]; parent < inv->first_parent[thread + 1]; parent++) {
    if (stops(inv, thread, parent)) return;
    dryad_ids children = dryad_children(graph, parent);
    for (uint64_t i = 0; i < children.count; i++) {
      dryad_id child = children.ids[i];
      if (child >= graph->count || tallies[child].last == parent) continue;
      tallies[child].last = parent;
      parents[whole_place(graph, child, tallies[child].count++)] = parent;
    }
  }
}

dryad_status dryad_invert(dryad_graph *graph, unsigned threads, const dryad_progress *progress, dryad_error *error)
{
  DRYAD_ASSERT(graph->children && !graph->parents && threads >= 1);
  inversion inv = {.graph = graph, .threads = threads < MAX_TALLIES ? threads : MAX_TALLIES, .progress = progress};
  uint64_t total = 0;
  bool ok = dryad_offsets_init(&graph->parent_offsets, graph->allocator, graph->count);
  for (unsigned t = 0; t < inv.threads && ok; t++) {
    inv.tallies[t] = dryad_alloc(graph->allocator, graph->count, sizeof(tally));
    ok = inv.tallies[t] != NULL;
  }
  if (ok) {
    share(&inv);
    dryad_parallel("count referrers", inv.threads, count_parents, &inv);
    inv.passes++;
    ok = set_offsets(&inv, &total);
  }
  if (ok && !inv.cancelled) {
    graph->parents = dryad_array_new(graph->allocator, total, sizeof(dryad_id));
    ok = graph->parents != NULL;
  }
  if (ok && !inv.cancelled) dryad_parallel("fill referrers", inv.threads, fill_parents, &inv);
  for (unsigned t = 0; t < inv.threads; t++) dryad_free(graph->allocator, inv.tallies[t], graph->count, sizeof(tally));
  if (!ok) return dryad_fail_memory(error);
  return inv.cancelled ? dryad_fail_cancelled(error) : DRYAD_OK;
}
