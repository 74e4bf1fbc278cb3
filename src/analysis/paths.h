/* SPDX-License-Identifier: MIT */
/* Path searches in addition to those of dryad.h, and what they share. */
#ifndef DRYAD_ANALYSIS_PATHS_H
#define DRYAD_ANALYSIS_PATHS_H

#include "base/memory.h"
#include "dryad.h"

/* The number of objects that a breadth-first search found at each step; step 0 is the starts. Steps that find nothing
   are left out. */
typedef struct dryad_steps {
  const dryad_allocator *allocator;
  dryad_column counts; /* uint64_t[count] */
  uint64_t count;
} dryad_steps;
void dryad_steps_deinit(dryad_steps *steps);              /* all zero is allowed */
bool dryad_steps_add(dryad_steps *steps, uint64_t found); /* false: no memory */

/* Like dryad_path_find, but also returns the steps up to and including the one that found the end; without a path,
   those of the whole search. No path passes, starts or ends at an excluded object. The caller deinits *steps. */
dryad_status dryad_path_find_in_steps(dryad_path *out, dryad_steps *steps, const dryad_graph *graph, dryad_ids from,
                                      dryad_ids to, dryad_ids excluded, bool reversed, dryad_progress progress,
                                      dryad_error *error);
/* For each of `to`, in order, a path with the fewest steps from any of `from`, all from one search; count 0 if there is
   none. The caller deinits out[0 .. to.count) and *steps, which are empty after a failure. O(objects + references +
   length of the paths). */
dryad_status dryad_paths_to_each(dryad_path *out, dryad_steps *steps, const dryad_graph *graph, dryad_ids from,
                                 dryad_ids to, dryad_ids excluded, bool reversed, dryad_progress progress,
                                 dryad_error *error);

/* The path from `end` along next[] to the object that is its own next. */
dryad_status dryad_path_follow(dryad_path *out, const dryad_graph *graph, const dryad_id *next, dryad_id end,
                               dryad_error *error);
/* Reverses the path in place. */
void dryad_path_turn(dryad_path *path);

#endif
