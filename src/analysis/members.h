/* SPDX-License-Identifier: MIT */
/* The objects of one kind in subtrees of the dominator tree. */
#ifndef DRYAD_ANALYSIS_MEMBERS_H
#define DRYAD_ANALYSIS_MEMBERS_H

#include "analysis/dominator_walk.h"
#include "analysis/kinds.h"

typedef enum dryad_members_choice {
  DRYAD_MEMBERS_ALL,
  DRYAD_MEMBERS_TOPMOST /* not those below another of the kind */
} dryad_members_choice;

/* Those of the subtrees below the starts, which are included, in the order of a walk: of a chain, each before the next.
   A block of *count ids from the allocator of the kinds. No start may be below another. O(objects in the subtrees). */
dryad_status dryad_members_find(dryad_id **out, uint64_t *count, const dryad_kinds *kinds,
                                const dryad_dominator_tree *tree, dryad_ids starts, uint32_t kind,
                                dryad_members_choice choice, dryad_progress progress, dryad_error *error);

#endif
