/* SPDX-License-Identifier: MIT */
/* The types that hold some objects, by generation of referrers. */
#ifndef DRYAD_ANALYSIS_ANCESTORS_H
#define DRYAD_ANALYSIS_ANCESTORS_H

#include "analysis/paths.h"
#include "dryad.h"

/* The objects of one type in one generation. */
typedef struct dryad_ancestor_row {
  uint64_t generation, count;
  uint32_t type;
} dryad_ancestor_row;

typedef struct dryad_ancestors {
  const dryad_allocator *allocator;
  dryad_ancestor_row *rows; /* row_count, by generation, then by the bytes of the type's name */
  uint64_t row_count;
  dryad_steps pairs; /* by step: how many referrers were found of the objects that the step before found, each as often
                        as it refers to another one */
} dryad_ancestors;
void dryad_ancestors_deinit(dryad_ancestors *ancestors); /* all zero is allowed */

/*
 * Walks from `starts` (step 0, dangling ids are skipped) to their referrers (step 1), then to the referrers of the
 * newly found objects, and so on. Objects of types with stops[type] set are found, but not their referrers. The
 * generation of an object is the largest step at which it was found as a referrer of another one, 0 for a start that
 * never was. stops: by type id of the graph. The caller deinits *out. O(objects + references), scratch of 9 bytes per
 * object. Source: memsee's ancestor_types.
 */
dryad_status dryad_ancestors_find(dryad_ancestors *out, const dryad_graph *graph, dryad_ids starts, const bool *stops,
                                  dryad_progress progress, dryad_error *error);

#endif
