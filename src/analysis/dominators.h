/* SPDX-License-Identifier: MIT */
/*
 * Immediate dominators and retained sizes, from a graph's roots.
 *
 * Source: the Semi-NCA algorithm of L. Georgiadis and R. E. Tarjan, "Finding dominators revisited", 2004, on
 * objects renumbered in depth-first order, with the path compression of T. Lengauer and R. E. Tarjan, 1979.
 * Nearest common ancestors are found over the jump pointers of E. W. Myers, "An applicative random-access
 * stack", 1983, so that a long linked list costs no more than its length. A virtual root refers to all roots.
 */
#ifndef DRYAD_ANALYSIS_DOMINATORS_H
#define DRYAD_ANALYSIS_DOMINATORS_H

#include "analysis/roots.h"
#include "dryad.h"

struct dryad_dominators {
  const dryad_allocator *allocator;
  uint32_t count;           /* objects of the graph */
  uint32_t reachable_count; /* objects that roots reach */
  uint64_t reachable_size;  /* their bytes */
  bool is_unchecked;        /* read from an index, and not yet checked to be a tree */
  uint64_t *retained;       /* by id, 0 for unreachable objects; a block of count + 1 */
  dryad_id *parents;        /* by id: immediate dominators, DRYAD_NONE: none; a block of count */
  dryad_id *children;       /* reachable_count: sorted by parent (DRYAD_NONE last), then by id; a block of count + 1 */
};

/* The bytes that they take per object of the graph. */
#define DRYAD_DOMINATORS_BYTES (sizeof(uint64_t) + 2 * sizeof(dryad_id))

/* Scratch: 12 bytes per object. Freed with dryad_dominators_free. */
dryad_status dryad_dominators_new(dryad_dominators **out, const dryad_graph *graph, const dryad_roots *roots,
                                  dryad_progress progress, dryad_error *error);
/* Like dryad_dominators_children, for one object after the other: *place is 0 at first. O(1) for ids that are ascending
   and near one another, else O(log objects). */
dryad_ids dryad_dominators_children_near(const dryad_dominators *dominators, dryad_id id, uint32_t *place);
/* The objects that no root reaches, ascending, in a block of *count ids from the graph's allocator, as by
   dryad_roots_unreachable, but without following references: O(objects). DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_dominators_unreachable(const dryad_dominators *dominators, const dryad_graph *graph, dryad_id **ids,
                                          uint64_t *count, dryad_error *error);
/* Checks that dominators read from an index form a tree, so that walks in it end; DRYAD_FORMAT if not. Scratch: 2 bits
   per object. O(objects). */
dryad_status dryad_dominators_check(dryad_dominators *dominators, const dryad_graph *graph, dryad_progress progress,
                                    dryad_error *error);
void dryad_dominators_free(dryad_dominators *dominators); /* NULL is allowed */

#endif
