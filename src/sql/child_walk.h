/* SPDX-License-Identifier: MIT */
/* A walk over all that can be referred to, objects and dangling addresses, in the order of addresses as SQL has them.
 */
#ifndef DRYAD_SQL_CHILD_WALK_H
#define DRYAD_SQL_CHILD_WALK_H

#include "sql/id_walk.h"

typedef struct dryad_child_walk {
  const dryad_graph *graph;
  dryad_id_walk walks[2]; /* of objects, of dangling addresses */
  dryad_id heads[2];      /* what each gave and has not been walked over yet, DRYAD_NONE: it is over */
  bool is_descending;
} dryad_child_walk;

/* O(log objects). */
dryad_child_walk dryad_child_walk_over(const dryad_graph *graph, dryad_bounds addresses, bool is_descending);
/* DRYAD_NONE: it is over. */
dryad_id dryad_child_walk_next(dryad_child_walk *walk);

#endif
