/* SPDX-License-Identifier: MIT */
/*
 * A shortest path from the nearest root to every object at once: breadth-first search from all roots.
 * Source: E. F. Moore, "The shortest path through a maze", 1959.
 */
#ifndef BENCH_ROOT_TREE_H
#define BENCH_ROOT_TREE_H

#include "analysis/roots.h"
#include "dryad.h"

typedef struct dryad_root_tree {
  const dryad_allocator *allocator;
  uint32_t count;    /* objects of the graph */
  uint32_t reached;  /* entries of `order` */
  dryad_id *parents; /* count: its predecessor on the path; itself: a root; DRYAD_NONE: not reached */
  dryad_id *order;   /* reached (a block of `count`): nearest to a root first */
} dryad_root_tree;

dryad_status dryad_root_tree_init(dryad_root_tree *out, const dryad_graph *graph, const dryad_roots *roots,
                                  dryad_progress progress, dryad_error *error);
void dryad_root_tree_deinit(dryad_root_tree *tree); /* all zero is allowed */

#endif
