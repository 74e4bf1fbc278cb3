/* SPDX-License-Identifier: MIT */
/* Which types hold some objects, generation by generation of referrers. */
#ifndef DRYAD_ANALYSIS_ANCESTORS_H
#define DRYAD_ANALYSIS_ANCESTORS_H

#include "analysis/paths.h"
#include "dryad.h"

/* Objects of one type whose generation is this. */
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
 * From `starts` (step 0, dangling ids are skipped) to their referrers (step 1), to the referrers of those that were not
 * found before, and so on. Objects of the types with stops[type] set are found, but their referrers not sought.
 * The generation of an object is the largest step at which it was found as the referrer of another one, 0 for a start
 * that never was. stops: by type id of the graph. The caller deinits *out. O(objects + references), scratch of 9 bytes
 * an object. Source: memsee's ancestor_types.
 */
dryad_status dryad_ancestors_find(dryad_ancestors *out, const dryad_graph *graph, dryad_ids starts, const bool *stops,
                                  dryad_progress progress, dryad_error *error);

#endif
