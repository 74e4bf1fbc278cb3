/* SPDX-License-Identifier: MIT */
/* What is alive, divided among the classes of a program. */
#ifndef DRYAD_ANALYSIS_CLASS_SHARES_H
#define DRYAD_ANALYSIS_CLASS_SHARES_H

#include "analysis/dominators.h"
#include "base/memory.h"
#include "runtime/classes.h"

/*
 * An object belongs to its own class, unless that is common (built in, or a container of the library): then it belongs
 * to the class of the nearest object above it in the dominator tree that is not of a common class, and if there is
 * none, to its own after all. So each reachable object belongs to one class.
 */
typedef struct dryad_class_share {
  uint32_t class;
  uint64_t count; /* its own objects among those that belong to it */
  uint64_t size;  /* their bytes */
  uint64_t bytes; /* of all objects that belong to it; like size, at most INT64_MAX */
} dryad_class_share;

typedef struct dryad_class_shares {
  const dryad_allocator *allocator;
  dryad_class_share *shares; /* count: those of most bytes first, equal ones in the order of the classes' numbers */
  uint32_t count;
} dryad_class_shares;

/* O(objects + classes). Scratch: 4 bytes for each object. */
dryad_status dryad_class_shares_find(dryad_class_shares *out, const dryad_graph *graph, const dryad_classes *classes,
                                     const dryad_dominators *dominators, dryad_progress progress, dryad_error *error);
void dryad_class_shares_deinit(dryad_class_shares *shares); /* all zero is allowed */

#endif
