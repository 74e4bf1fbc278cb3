/* SPDX-License-Identifier: MIT */
/* New graphs from a finished one: some references fewer, or instance dicts collapsed; and what such makers share. */
#ifndef DRYAD_HEAP_DROP_REFERENCES_H
#define DRYAD_HEAP_DROP_REFERENCES_H

#include "graph/graph.h"

/* Clears keep[i] for each reference children.ids[i] of the object that is to go; all are set before. */
typedef void (*dryad_choose_refs)(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep);

/* A graph of the same objects with only the chosen references, in their order; *changed counts the
   objects that lost one. When none did, *out is NULL. */
dryad_status dryad_graph_with_refs(dryad_graph **out, const dryad_graph *graph, dryad_choose_refs choose, void *context,
                                   uint64_t *changed, dryad_progress progress, dryad_error *error);

/* The graph with every dict that has an owner (runtime/python/collapse.h) folded into its owner;
 *collapsed counts them. When there is none, *out is NULL. */
dryad_status dryad_graph_collapsed(dryad_graph **out, const dryad_graph *graph, uint64_t *collapsed,
                                   dryad_progress progress, dryad_error *error);

/* The same objects and dangling addresses in shared columns, with nothing said yet of references. NULL: no memory. */
dryad_graph *dryad_graph_same_objects(const dryad_graph *graph);
/* Adds the parents to a graph that is complete but for them, and makes it *out; releases it when `status`, that of the
   steps before, or this one is a failure. */
dryad_status dryad_graph_finish(dryad_graph **out, dryad_graph *graph, dryad_status status, dryad_error *error);

#endif
