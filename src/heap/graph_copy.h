/* SPDX-License-Identifier: MIT */
/* The first and last steps of making a new graph from a finished one. */
#ifndef DRYAD_HEAP_GRAPH_COPY_H
#define DRYAD_HEAP_GRAPH_COPY_H

#include "graph/graph.h"

/* The same objects and dangling addresses in shared columns, without references yet. NULL: no memory. */
dryad_graph *dryad_graph_same_objects(const dryad_graph *graph);
/* Adds the parents to a graph that lacks only them, and makes it *out; releases it if `status`, that of the previous
   steps, or this step is a failure. */
dryad_status dryad_graph_finish(dryad_graph **out, dryad_graph *graph, dryad_status status, dryad_error *error);

#endif
