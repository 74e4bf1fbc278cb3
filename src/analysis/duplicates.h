/* SPDX-License-Identifier: MIT */
/* Strings that occur more than once: of the types str, unicode and bytes, with equal text and len. */
#ifndef DRYAD_ANALYSIS_DUPLICATES_H
#define DRYAD_ANALYSIS_DUPLICATES_H

#include "dryad.h"

/* A group of equal strings. Their text is the dump's, which may be cut at 100 characters, as by Meliae. */
typedef struct dryad_duplicate {
  dryad_id id;     /* the one with the lowest address */
  uint64_t count;  /* at least 2 */
  uint64_t size;   /* bytes of all */
  uint64_t wasted; /* bytes of all but the largest */
} dryad_duplicate;

/* Sorted by waste, largest first, then by id; a block of *count from the graph's allocator. O(strings). */
dryad_status dryad_duplicates_find(dryad_duplicate **out, uint64_t *count, const dryad_graph *graph,
                                   dryad_progress progress, dryad_error *error);

/* How many strings among some objects equal an earlier one. */
typedef struct dryad_redundancy {
  uint64_t strings, redundant; /* those whose whole text the dump holds, and how many of them equal another before */
  uint64_t wasted;             /* bytes of the redundant ones */
} dryad_redundancy;

/* Dangling ids are skipped. O(objects). Scratch: 12 bytes for each. DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_redundancy_find(dryad_redundancy *out, const dryad_graph *graph, dryad_ids objects,
                                   dryad_error *error);

#endif
