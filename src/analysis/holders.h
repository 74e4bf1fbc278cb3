/* SPDX-License-Identifier: MIT */
/* Who refers to the members of a set, and by what: referrers one by one where they hold much, else by type and label.
 */
#ifndef DRYAD_ANALYSIS_HOLDERS_H
#define DRYAD_ANALYSIS_HOLDERS_H

#include "runtime/runtime.h"

typedef struct dryad_holder {
  dryad_id object;  /* the one that holds, or the first of several of one type */
  dryad_edge edge;  /* how: of its first reference to a member; a REF of index 0: each in a way of its own */
  uint64_t objects; /* how many hold */
  uint64_t held;    /* members they refer to so: once each, however often; one that two of them refer to counts twice */
} dryad_holder;

/* Those that hold most first, then in order of address, in a block of *count from the graph's allocator. A referrer
   of at least `least` members is one of its own; others are put together by type and edge class. Dangling members
   are skipped. O(members + references of their referrers). */
dryad_status dryad_holders_find(dryad_holder **out, uint64_t *count, const dryad_graph *graph,
                                const dryad_known_types *known, dryad_ids members, uint64_t least,
                                dryad_progress progress, dryad_error *error);

#endif
