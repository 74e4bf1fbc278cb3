/* SPDX-License-Identifier: MIT */
/* The dominator tree, drawn as groups of objects of one class, as far as they retain much. */
#ifndef DRYAD_ANALYSIS_RETAINED_TREE_H
#define DRYAD_ANALYSIS_RETAINED_TREE_H

#include "analysis/class_groups.h"

enum { DRYAD_RETAINED_TREE_DEPTH = 64 }; /* levels: what lies deeper is left out */

/*
 * A group: objects of one class among all that the objects of the parent group dominate. An object whose immediate
 * dominator is of its own class belongs to the group of that, so a linked list is one group, unless they stand apart.
 * Or, as the last child of its parent, the rest: objects of classes that retain too little for a group, without what
 * lies below them.
 */
typedef struct dryad_retained_node {
  uint32_t parent;   /* its place in `nodes`; DRYAD_NONE: no single object dominates the objects */
  uint32_t class;    /* DRYAD_NONE: the rest */
  dryad_id largest;  /* the object that retains most; DRYAD_NONE: the rest */
  uint64_t count;    /* objects */
  uint64_t size;     /* their bytes */
  uint64_t retained; /* bytes that they retain; those of all children together are no more than their parent's */
} dryad_retained_node;

typedef struct dryad_retained_tree {
  const dryad_allocator *allocator;
  dryad_retained_node *nodes; /* count: each before its children, which are ordered by what they retain */
  uint32_t count;
} dryad_retained_tree;

/* Groups that retain at least `least` bytes; where there are more than `most` nodes, those that retain most.
   O(reachable objects + classes + most * log most). Scratch: 4 bytes for each object, and at most 16 for each reachable
   one. */
dryad_status dryad_retained_tree_find(dryad_retained_tree *out, const dryad_graph *graph, const dryad_classes *classes,
                                      const dryad_dominators *dominators, uint64_t least, uint32_t most,
                                      dryad_progress progress, dryad_error *error);
void dryad_retained_tree_deinit(dryad_retained_tree *tree); /* all zero is allowed */

#endif
