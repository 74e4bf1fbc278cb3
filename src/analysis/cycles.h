/* SPDX-License-Identifier: MIT */
/*
 * The cycles of references among some objects, by shape. Each strongly connected component counts as one cycle, shown
 * by a shortest one through its start. Cycles are of one shape if the types of their objects and the names of their
 * references are the same, from the start on.
 */
#ifndef DRYAD_ANALYSIS_CYCLES_H
#define DRYAD_ANALYSIS_CYCLES_H

#include "base/memory.h"
#include "runtime/runtime.h"

typedef struct dryad_cycle_step {
  dryad_id object;
  dryad_edge edge; /* to the object of the next step; of the last step, to the start */
} dryad_cycle_step;

typedef struct dryad_cycle_shape {
  uint64_t cycles;        /* components of this shape */
  uint64_t objects, size; /* in all of these components, and their bytes */
  uint64_t length;        /* of the cycle shown: its references */
  uint64_t first_step;    /* of the example, in dryad_cycles.steps: `length` of them, but at most */
  uint64_t step_count;    /* DRYAD_MOST_CYCLE_STEPS */
} dryad_cycle_shape;

enum { DRYAD_MOST_CYCLE_STEPS = 32 };

typedef struct dryad_cycles {
  const dryad_allocator *allocator;
  dryad_column shapes; /* dryad_cycle_shape[count], the largest `size` first */
  dryad_column steps;  /* dryad_cycle_step[step_count] */
  uint64_t count, step_count;
} dryad_cycles;

/* What a type means to cycles. The start of a component has one of its types with the lowest rank, of these that with
   the fewest objects in it, then the first name, and is its first object. */
typedef struct dryad_cycle_type {
  unsigned char rank;
  bool is_named; /* the values or names of its objects belong to the shape */
} dryad_cycle_type;

/* Finds them among `objects`; `types`: by type. O(objects + their
   references), and scratch of 12 bytes for each object of the graph. */
dryad_status dryad_cycles_find(dryad_cycles *out, const dryad_graph *graph, const dryad_known_types *known,
                               dryad_ids objects, const dryad_cycle_type *types, dryad_progress progress,
                               dryad_error *error);
void dryad_cycles_deinit(dryad_cycles *cycles); /* all zero is allowed */

#endif
