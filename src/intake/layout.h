/* SPDX-License-Identifier: MIT */
/* The shape of a graph before its references are filled in. */
#ifndef DRYAD_INTAKE_LAYOUT_H
#define DRYAD_INTAKE_LAYOUT_H

#include "graph/graph.h"
#include "intake/collapse.h"

/* `graph` has its columns by raw id, owned by it alone. Takes out the parts that go (plan NULL: none),
   sets count, ref_count, total_size and child_offsets.
   `ref_counts` is by raw id, after dryad_collapse_apply. The columns are worked on by so many threads. */
dryad_status dryad_graph_lay_out(dryad_graph *graph, const uint32_t *ref_counts, const dryad_collapse *plan,
                                 unsigned threads, dryad_error *error);
/* Allocates the children, unset: apart, so that what laying out needed can go first. */
dryad_status dryad_graph_add_children(dryad_graph *graph, dryad_error *error);

#endif
