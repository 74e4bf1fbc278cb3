/* SPDX-License-Identifier: MIT */
/*
 * Breadth-first search: everything reachable from some objects, nearest first. For large parts of a heap: it takes room
 * for all objects, whereas a walk (analysis/depth_first.h) costs only what it reaches.
 * Source: E. F. Moore, "The shortest path through a maze", 1959.
 */
#ifndef DRYAD_ANALYSIS_BREADTH_FIRST_H
#define DRYAD_ANALYSIS_BREADTH_FIRST_H

#include "base/memory.h"
#include "dryad.h"

/* A search to which starts can be added between runs. */
typedef struct dryad_breadth_first {
  const dryad_graph *graph; /* borrowed */
  bool reversed;            /* from objects to their referrers */
  dryad_bits seen;          /* by id; set bits beforehand to keep objects out */
  dryad_id *order;          /* room for all objects: the objects found, nearest first */
  uint32_t found, expanded; /* entries of `order`: all, and those whose references were followed */
  uint32_t told;            /* of these, those reported as progress */
  dryad_id *parents;        /* NULL, or by id: each object's predecessor; a start's is itself. Owned by the caller */
} dryad_breadth_first;

/* False: no memory, and nothing to deinit. */
bool dryad_breadth_first_init(dryad_breadth_first *search, const dryad_graph *graph, bool reversed);
void dryad_breadth_first_deinit(dryad_breadth_first *search);

/* Adds a start unless it was seen; dangling ids are skipped. */
void dryad_breadth_first_add(dryad_breadth_first *search, dryad_id id);
/* Drops all objects found after the first `found`, which must all be expanded. */
void dryad_breadth_first_rewind(dryad_breadth_first *search, uint32_t found);
/* Follows references until nothing new is found. DRYAD_CANCELLED is the only failure. */
dryad_status dryad_breadth_first_run(dryad_breadth_first *search, const char *stage, const dryad_progress *progress,
                                     dryad_error *error);
/* Follows only the references of the objects found so far: one step. False if nothing was left to follow. */
bool dryad_breadth_first_step(dryad_breadth_first *search);

/* The total size of order[first .. found), at most INT64_MAX. */
uint64_t dryad_breadth_first_size(const dryad_breadth_first *search, uint32_t first);

#endif
