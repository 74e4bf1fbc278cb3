/* SPDX-License-Identifier: MIT */
/* Makes a new graph from a finished one by collapsing instance dicts and whatever else its runtime folds. */
#ifndef DRYAD_HEAP_COLLAPSE_GRAPH_H
#define DRYAD_HEAP_COLLAPSE_GRAPH_H

#include "graph/graph.h"

/* The graph with every part (see dryad_part_of) folded into its owner; *collapsed counts them. If there is none, *out
   is NULL. */
dryad_status dryad_graph_collapsed(dryad_graph **out, const dryad_graph *graph, uint64_t *collapsed,
                                   dryad_progress progress, dryad_error *error);

#endif
