/* SPDX-License-Identifier: MIT */
/* Objects with a len that hold nothing, or next to nothing, by type. */
#ifndef DRYAD_ANALYSIS_SMALL_CONTAINERS_H
#define DRYAD_ANALYSIS_SMALL_CONTAINERS_H

#include "dryad.h"

typedef struct dryad_small_containers {
  uint32_t type;
  uint64_t count;               /* objects of the type, of any len or without one */
  uint64_t empty, empty_size;   /* those of len 0, and their bytes, at most INT64_MAX */
  uint64_t smallest;            /* bytes of the smallest of these; 0 if there are none */
  uint64_t nearly, nearly_size; /* the others of at most `few` items that are larger than that, and their bytes */
} dryad_small_containers;

/* For each type of which an object has at most `few` items, in the order of the first of these; a block of *count from
   the graph's allocator. O(objects + types). */
dryad_status dryad_small_containers_find(dryad_small_containers **out, uint32_t *count, const dryad_graph *graph,
                                         int64_t few, dryad_progress progress, dryad_error *error);

#endif
