/* SPDX-License-Identifier: MIT */
/* The roots of a graph: where liveness starts. See dryad_heap_roots. */
#ifndef DRYAD_ANALYSIS_ROOTS_H
#define DRYAD_ANALYSIS_ROOTS_H

#include "base/memory.h"
#include "dryad.h"

#define DRYAD_ROOT_LAST DRYAD_ROOT_UNCOUNTED /* the last reason */

struct dryad_roots {
  const dryad_allocator *allocator;
  uint32_t count;
  dryad_id *ids;          /* count, ascending */
  unsigned char *reasons; /* count: a dryad_root_reason each */
};

/* Room for roots, for the functions below to fill. NULL: no memory. */
dryad_roots *dryad_roots_new(const dryad_allocator *allocator, uint32_t count);

/* Determines the roots of a graph (see dryad_root_reason): from what its dump states and from reference counts, or else
   from its references. O(objects + references). Freed with dryad_roots_free. */
dryad_status dryad_roots_settle(dryad_roots **out, const dryad_graph *graph, dryad_progress progress,
                                dryad_error *error);
/* Makes the given objects of the graph the roots, in any order, duplicates once; dangling ids are skipped. */
dryad_status dryad_roots_give(dryad_roots **out, const dryad_graph *graph, const dryad_id *ids, uint64_t count,
                              dryad_error *error);
/* The same roots in another graph, found by their addresses; missing ones are left out. */
dryad_status dryad_roots_move(dryad_roots **out, const dryad_roots *roots, const dryad_graph *from,
                              const dryad_graph *to, dryad_error *error);
/* These roots, plus the objects of the graph at `count` ascending, distinct addresses; those that are not roots already
   become given ones, and missing ones are skipped. */
dryad_status dryad_roots_with(dryad_roots **out, const dryad_roots *roots, const dryad_graph *graph,
                              const uint64_t *addresses, uint64_t count, dryad_error *error);
void dryad_roots_free(dryad_roots *roots); /* NULL is allowed */

/* The objects that no root reaches, ascending, in a block of *count ids from the graph's allocator. Roots for the
   reason `except` do not count; DRYAD_ROOT_NONE: all do. */
dryad_status dryad_roots_unreachable(const dryad_roots *roots, const dryad_graph *graph, dryad_root_reason except,
                                     dryad_id **ids, uint64_t *count, dryad_progress progress, dryad_error *error);

#endif
