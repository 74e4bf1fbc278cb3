/* SPDX-License-Identifier: MIT */
/*
 * Objects whose numbers lie within ranges: what conditions such as `size > 1000 and type = 'dict'` come to, answered
 * straight from the columns of a graph.
 */
#ifndef DRYAD_ANALYSIS_RANGE_FILTER_H
#define DRYAD_ANALYSIS_RANGE_FILTER_H

#include "dryad.h"

typedef enum dryad_compared {
  DRYAD_COMPARED_ADDRESS, /* as signed */
  DRYAD_COMPARED_TYPE,    /* the type's id */
  DRYAD_COMPARED_SIZE,
  DRYAD_COMPARED_LEN, /* an object without it is neither inside nor outside of any range */
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
 * Those of `from` (from.ids NULL: of the first from.count objects) for which all comparisons hold, in their order;
 * dangling ids never. `dominators` is needed for RETAINED alone. *out is a block of *out_count ids from the graph's
 * allocator. O(from * comparisons), some nanoseconds each; takes memory for what is found alone.
 */
dryad_status dryad_ids_in_ranges(const dryad_graph *graph, const dryad_dominators *dominators, dryad_ids from,
                                 const dryad_comparison *comparisons, uint32_t count, dryad_id **out,
                                 uint64_t *out_count, dryad_progress progress, dryad_error *error);

#endif
