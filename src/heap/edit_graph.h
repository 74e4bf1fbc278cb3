/* SPDX-License-Identifier: MIT */
/*
 * Makes new graphs from a finished one by removing and adding objects and references.
 *
 * Addresses identify objects before and after, so references follow an object that is removed and added again.
 * Unchanged columns are shared. Dangling addresses that nothing refers to any more are dropped, unless all addresses
 * are shared.
 */
#ifndef DRYAD_HEAP_EDIT_GRAPH_H
#define DRYAD_HEAP_EDIT_GRAPH_H

#include "graph/graph.h"
#include "heap/change.h"

/* The graph after an EDIT; if that changes nothing, *out is NULL. *result counts the objects and references removed and
   added. New text is added to the store shared by the heap's graphs, also when this fails. O(objects + references +
   changes * log objects). */
dryad_status dryad_graph_edited(dryad_graph **out, const dryad_graph *graph, const dryad_change *change,
                                dryad_change_result *result, dryad_progress progress, dryad_error *error);
/* The graph without `gone_count` of its objects, those whose bit is set in `gone`. */
dryad_status dryad_graph_without(dryad_graph **out, const dryad_graph *graph, const dryad_bits *gone,
                                 uint32_t gone_count, dryad_change_result *result, dryad_progress progress,
                                 dryad_error *error);

#endif
