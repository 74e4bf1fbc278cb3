/* SPDX-License-Identifier: MIT */
/*
 * Objects whose numbers lie within ranges: conditions such as `size > 1000 and type = 'dict'`, evaluated directly on
 * the columns of a graph.
 */
#ifndef DRYAD_ANALYSIS_RANGE_FILTER_H
#define DRYAD_ANALYSIS_RANGE_FILTER_H

#include "dryad.h"

typedef enum dryad_compared {
  DRYAD_COMPARED_ADDRESS, /* as a signed number */
  DRYAD_COMPARED_TYPE,    /* the type's id */
  DRYAD_COMPARED_SIZE,
  DRYAD_COMPARED_LEN, /* an object without one is neither inside nor outside any range */
  DRYAD_COMPARED_NUM_REFS,
  DRYAD_COMPARED_NUM_PARENTS,
  DRYAD_COMPARED_RETAINED
} dryad_compared;

/* The number is within low..high, both included (low > high: no number is), or, with `is_outside`, is not. */
typedef struct dryad_comparison {
  dryad_compared field;
  bool is_outside;
  int64_t low, high;
} dryad_comparison;

/*
 * The ids of `from` (from.ids NULL: the first from.count objects) for which all comparisons hold, in order; never
 * dangling ids. `dominators` is needed for RETAINED alone. *out is a block of *out_count ids from the graph's
 * allocator. O(from * comparisons), a few nanoseconds each; takes memory only for the result.
 */
dryad_status dryad_ids_in_ranges(const dryad_graph *graph, const dryad_dominators *dominators, dryad_ids from,
                                 const dryad_comparison *comparisons, uint32_t count, dryad_id **out,
                                 uint64_t *out_count, dryad_progress progress, dryad_error *error);

#endif
