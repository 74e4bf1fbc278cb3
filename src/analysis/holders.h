/* SPDX-License-Identifier: MIT */
/* Who refers to the members of a set, and how: referrers that hold much one by one, others grouped by type and label.
 */
#ifndef DRYAD_ANALYSIS_HOLDERS_H
#define DRYAD_ANALYSIS_HOLDERS_H

#include "runtime/runtime.h"

typedef struct dryad_holder {
  dryad_id object;  /* the holder, or the first of several of one type */
  dryad_edge edge;  /* of its first reference to a member; a REF of index 0: different edges */
  uint64_t objects; /* the number of holders */
  uint64_t held;    /* members that they refer to by it, counted once for each holder */
} dryad_holder;

/* Sorted by members held, most first, then by address; a block of *count from the graph's allocator. A referrer of at
   least `least` members is a row of its own; others are grouped by type and edge class. Dangling members are skipped.
   O(members + references of their referrers). */
dryad_status dryad_holders_find(dryad_holder **out, uint64_t *count, const dryad_graph *graph,
                                const dryad_known_types *known, dryad_ids members, uint64_t least,
                                dryad_progress progress, dryad_error *error);

#endif
