/* SPDX-License-Identifier: MIT */
/* What sets of objects retain. */
#ifndef DRYAD_ANALYSIS_RETAINED_H
#define DRYAD_ANALYSIS_RETAINED_H

#include "analysis/dominators.h"
#include "dryad.h"

/* The objects that roots would no longer reach if all of these were freed together, themselves included, in a block of
   *out_count ids (may be NULL) from the graph's allocator, and their total size; dangling ids are skipped. O(objects +
   references). */
dryad_status dryad_retained_set(const dryad_graph *graph, const dryad_roots *roots, const dryad_id *ids, uint64_t count,
                                dryad_id **out, uint64_t *out_count, uint64_t *size, dryad_progress progress,
                                dryad_error *error);

/* The sum of what the objects of one type retain: exact if none of them dominates another. */
typedef struct dryad_retained_row {
  uint64_t count, size, retained; /* size and retained in bytes, at most INT64_MAX */
} dryad_retained_row;

/* Adds the objects to rows[types of the graph], by type id; dangling ids are skipped. O(count). */
void dryad_retained_by_type(dryad_retained_row *rows, const dryad_graph *graph, const dryad_dominators *dominators,
                            dryad_ids ids);

#endif
