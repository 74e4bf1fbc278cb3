/* SPDX-License-Identifier: MIT */
/* The shape of a graph before its references are filled in. */
#ifndef DRYAD_INTAKE_GRAPH_LAYOUT_H
#define DRYAD_INTAKE_GRAPH_LAYOUT_H

#include "graph/graph.h"
#include "intake/collapse.h"

/* `graph` is the only owner of its columns, which are by raw id. Removes folded parts (plan NULL: none) and sets count,
   ref_count, total_size and child_offsets. `ref_counts` is by raw id, after dryad_collapse_apply. `threads` threads
   compact the columns. */
dryad_status dryad_graph_lay_out(dryad_graph *graph, const uint32_t *ref_counts, const dryad_collapse *plan,
                                 unsigned threads, dryad_error *error);
/* Allocates the children, unset. A separate step, so that callers can free what laying out needed first. */
dryad_status dryad_graph_add_children(dryad_graph *graph, dryad_error *error);

#endif
