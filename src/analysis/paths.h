/* SPDX-License-Identifier: MIT */
/* Searches for paths beside those of dryad.h, and what they share. */
#ifndef DRYAD_ANALYSIS_PATHS_H
#define DRYAD_ANALYSIS_PATHS_H

#include "base/memory.h"
#include "dryad.h"

/* How many objects a search in breadth found at each step: at 0 the starts. Steps that find nothing are left out. */
typedef struct dryad_steps {
  const dryad_allocator *allocator;
  dryad_column counts; /* uint64_t[count] */
  uint64_t count;
} dryad_steps;
void dryad_steps_deinit(dryad_steps *steps);              /* all zero is allowed */
bool dryad_steps_add(dryad_steps *steps, uint64_t found); /* false: no memory */

/* dryad_path_find, and the steps to the nearest end, that one whole; of the whole search where there is no path. The
   caller deinits *steps. */
dryad_status dryad_path_find_in_steps(dryad_path *out, dryad_steps *steps, const dryad_graph *graph, dryad_ids from,
                                      dryad_ids to, bool reversed, dryad_progress progress, dryad_error *error);
/* For each of `to`, in their order, a path with the fewest steps from any of `from`, out of one search; count 0 where
   there is none. out[0 .. to.count) and *steps are deinited by the caller, and empty after a failure.
   O(objects + references + length of the paths). */
dryad_status dryad_paths_to_each(dryad_path *out, dryad_steps *steps, const dryad_graph *graph, dryad_ids from,
                                 dryad_ids to, bool reversed, dryad_progress progress, dryad_error *error);

/* The path that leads from `end` by way of next[] to the object that is its own next. */
dryad_status dryad_path_follow(dryad_path *out, const dryad_graph *graph, const dryad_id *next, dryad_id end,
                               dryad_error *error);
/* From its end to its start, in place. */
void dryad_path_turn(dryad_path *path);

#endif
