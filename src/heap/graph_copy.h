/* SPDX-License-Identifier: MIT */
/* What all that makes a new graph from a finished one begins and ends with. */
#ifndef DRYAD_HEAP_GRAPH_COPY_H
#define DRYAD_HEAP_GRAPH_COPY_H

#include "graph/graph.h"

/* The same objects and dangling addresses in shared columns, with nothing said yet of references. NULL: no memory. */
dryad_graph *dryad_graph_same_objects(const dryad_graph *graph);
/* Adds the parents to a graph that is complete but for them, and makes it *out; releases it when `status`, that of the
   steps before, or this one is a failure. */
dryad_status dryad_graph_finish(dryad_graph **out, dryad_graph *graph, dryad_status status, dryad_error *error);

#endif
