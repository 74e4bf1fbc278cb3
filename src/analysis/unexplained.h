/* SPDX-License-Identifier: MIT */
/* What objects retain besides what some objects, which are explained already, retain. */
#ifndef DRYAD_ANALYSIS_UNEXPLAINED_H
#define DRYAD_ANALYSIS_UNEXPLAINED_H

#include "analysis/dominator_walk.h"
#include "graph/graph.h"

/* Bytes by id, in a block of the dominators' count + 1; 0 for the explained ones, and not changed for those below them.
   O(objects). Scratch: 8 bytes for each level of the tree. */
dryad_status dryad_unexplained_find(uint64_t **out, const dryad_dominator_tree *tree, dryad_ids explained,
                                    dryad_progress progress, dryad_error *error);

#endif
