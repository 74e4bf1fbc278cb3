/* SPDX-License-Identifier: MIT */
/* What subtrees of the dominator tree contain, by kind. */
#ifndef DRYAD_ANALYSIS_CONTENTS_H
#define DRYAD_ANALYSIS_CONTENTS_H

#include "analysis/dominator_walk.h"
#include "analysis/kinds.h"

/* The objects of a kind. Topmost ones are not below another of their kind. */
typedef struct dryad_content {
  uint32_t kind;
  uint32_t depth;    /* the most objects of the kind that lie below one another, from 1 on */
  uint64_t count;    /* of topmost objects */
  uint64_t retained; /* bytes that the topmost ones retain, as a sum */
  uint64_t all;      /* the number of all its objects */
  uint64_t size;     /* bytes of all its objects */
  /* the most bytes that one object retains, without what the next ones of its kind below it retain */
  uint64_t largest;
} dryad_content;

typedef struct dryad_contents {
  const dryad_allocator *allocator;
  dryad_column rows; /* dryad_content[count], by retained size, largest first, then by kind */
  uint32_t count;
} dryad_contents;

/* Of the subtrees below these, which are included; none of them may be below another. O(objects in the subtrees + kinds
   of the graph). Scratch: 24 bytes for each level of the tree. */
dryad_status dryad_contents_find(dryad_contents *out, const dryad_graph *graph, const dryad_kinds *kinds,
                                 const dryad_dominator_tree *tree, dryad_ids starts, dryad_progress progress,
                                 dryad_error *error);
void dryad_contents_deinit(dryad_contents *contents); /* all zero is allowed */

#endif
