/* SPDX-License-Identifier: MIT */
/*
 * A walk over objects in SQL's order of addresses: signed, so those from 2^63 on come first.
 */
#ifndef DRYAD_SQL_ID_WALK_H
#define DRYAD_SQL_ID_WALK_H

#include "graph/graph.h"
#include "sql/bounds.h"

typedef struct dryad_id_walk {
  const dryad_id *ids; /* NULL: the ids themselves are numbered, from `first` on */
  dryad_id first;
  uint64_t at[2], end[2];
  unsigned half; /* of the addresses: the current one; 2: at the end */
  bool is_descending;
} dryad_id_walk;

/* Walks over those of `ids` (ascending; with ids.ids NULL: the first ids.count objects) whose address is within bounds.
   They must outlive the walk. O(log ids). */
dryad_id_walk dryad_id_walk_over(const dryad_graph *graph, dryad_ids ids, dryad_bounds addresses, bool is_descending);
/* Walks over the dangling addresses within bounds. */
dryad_id_walk dryad_id_walk_over_dangling(const dryad_graph *graph, dryad_bounds addresses, bool is_descending);
static inline dryad_id_walk dryad_id_walk_none(void) { return (dryad_id_walk){.half = 2}; }
/* Walks over the object at one address, if there is one. */
dryad_id_walk dryad_id_walk_one(const dryad_graph *graph, int64_t address);

/* DRYAD_NONE at the end. */
static inline dryad_id dryad_id_walk_next(dryad_id_walk *walk)
{
  for (; walk->half < 2; walk->half++) {
    if (walk->at[walk->half] == walk->end[walk->half]) continue;
    uint64_t i = walk->is_descending ? --walk->end[walk->half] : walk->at[walk->half]++;
    return walk->ids ? walk->ids[i] : walk->first + (dryad_id)i;
  }
  return DRYAD_NONE;
}

#endif
