/* SPDX-License-Identifier: MIT */
/* How the objects of some kinds lie below one another in the dominator tree. */
#ifndef DRYAD_ANALYSIS_NESTING_H
#define DRYAD_ANALYSIS_NESTING_H

#include "analysis/dominator_walk.h"
#include "analysis/kinds.h"

enum { DRYAD_MOST_NESTED_KINDS = 64 };

typedef struct dryad_nesting {
  const dryad_allocator *allocator;
  uint32_t count; /* kinds */
  /* [i][j]: bytes that topmost objects of kind j retain which lie below objects of kind i; 0 for i = j */
  uint64_t within[DRYAD_MOST_NESTED_KINDS][DRYAD_MOST_NESTED_KINDS];
  uint64_t first[DRYAD_MOST_NESTED_KINDS + 1]; /* kind j's topmost objects are ids[first[j] .. first[j + 1]) */
  dryad_id *ids;                               /* in the order of a walk; a block of first[count] */
} dryad_nesting;

/* In the whole tree. `wanted`: `count` distinct kinds, at most DRYAD_MOST_NESTED_KINDS. O(objects). Scratch: 8 bytes
   for each level of the tree. */
dryad_status dryad_nesting_find(dryad_nesting *out, const dryad_kinds *kinds, const dryad_dominator_tree *tree,
                                const uint32_t *wanted, uint32_t count, dryad_progress progress, dryad_error *error);
void dryad_nesting_deinit(dryad_nesting *nesting); /* all zero is allowed */

#endif
