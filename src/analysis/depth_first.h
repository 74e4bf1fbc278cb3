/* SPDX-License-Identifier: MIT */
/* The objects reachable from some objects: an iterative depth-first walk over the children. */
#ifndef DRYAD_ANALYSIS_DEPTH_FIRST_H
#define DRYAD_ANALYSIS_DEPTH_FIRST_H

#include "base/memory.h"
#include "dryad.h"

/* A walk in progress. The first start is the first object found; every object is found once; dangling references are
   skipped. Holds O(n) bits and a stack; retains the graph. */
typedef struct dryad_walk {
  const dryad_graph *graph;
  dryad_bits seen;
  uint64_t *stack; /* positions in the children array: next and end, a pair per level */
  uint64_t depth, capacity;
  const dryad_id *starts; /* borrowed; must stay valid until the walk has taken them */
  uint64_t start_count, next_start;
} dryad_walk;

/* Objects in `excluded` (may be NULL) are neither found nor expanded. */
dryad_status dryad_walk_init(dryad_walk *walk, const dryad_graph *graph, const dryad_id *starts, uint64_t count,
                             const dryad_id *excluded, uint64_t excluded_count, dryad_error *error);
/* The next object, or DRYAD_NONE at the end; DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_walk_next(dryad_walk *walk, dryad_id *id, dryad_error *error);
void dryad_walk_deinit(dryad_walk *walk);

/* A whole walk at once: the ids in ascending order in *ids (the caller frees them with dryad_free(allocator of the
   graph, ids, count, sizeof(dryad_id))), their total size in *size. `ids` and `size` may be NULL. O(objects +
   references reached). */
dryad_status dryad_reach(const dryad_graph *graph, const dryad_id *starts, uint64_t count, const dryad_id *excluded,
                         uint64_t excluded_count, dryad_id **ids, uint64_t *id_count, uint64_t *size,
                         dryad_progress progress, dryad_error *error);

/* The same along references among the objects of `within` only, which are distinct; the ids are in its order. */
dryad_status dryad_reach_within(const dryad_graph *graph, dryad_ids starts, dryad_ids within, dryad_id **ids,
                                uint64_t *id_count, dryad_progress progress, dryad_error *error);

#endif
