/* SPDX-License-Identifier: MIT */
/* A walk over everything that can be referred to, objects and dangling addresses, in SQL's order of addresses.
 */
#ifndef DRYAD_SQL_CHILD_WALK_H
#define DRYAD_SQL_CHILD_WALK_H

#include "sql/id_walk.h"

typedef struct dryad_child_walk {
  const dryad_graph *graph;
  dryad_id_walk walks[2]; /* of objects, of dangling addresses */
  dryad_id heads[2];      /* the next id of each; DRYAD_NONE: it is at its end */
  bool is_descending;
} dryad_child_walk;

/* O(log objects). */
dryad_child_walk dryad_child_walk_over(const dryad_graph *graph, dryad_bounds addresses, bool is_descending);
/* DRYAD_NONE at the end. */
dryad_id dryad_child_walk_next(dryad_child_walk *walk);

#endif
