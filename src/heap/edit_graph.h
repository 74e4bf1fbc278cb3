/* SPDX-License-Identifier: MIT */
/*
 * New graphs from a finished one: objects and references gone, others come.
 *
 * What is named by address, before and after, so references follow an object that goes and comes again. Columns that
 * did not change are shared. Dangling addresses that nothing refers to any more go, unless all addresses are shared.
 */
#ifndef DRYAD_HEAP_EDIT_GRAPH_H
#define DRYAD_HEAP_EDIT_GRAPH_H

#include "graph/graph.h"
#include "heap/change.h"

/* The graph after an EDIT; when that changes nothing, *out is NULL. *result counts objects and references gone and
   come. What comes is added to the store of all of the heap's graphs, also when this fails.
   O(objects + references + changes * log objects). */
dryad_status dryad_graph_edited(dryad_graph **out, const dryad_graph *graph, const dryad_change *change,
                                dryad_change_result *result, dryad_progress progress, dryad_error *error);
/* The graph without `gone_count` of its objects, a bit set in `gone` for each. */
dryad_status dryad_graph_without(dryad_graph **out, const dryad_graph *graph, const dryad_bits *gone,
                                 uint32_t gone_count, dryad_change_result *result, dryad_progress progress,
                                 dryad_error *error);

#endif
