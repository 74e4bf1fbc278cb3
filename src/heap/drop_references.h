/* SPDX-License-Identifier: MIT */
/* Makes a new graph from a finished one by dropping references. */
#ifndef DRYAD_HEAP_DROP_REFERENCES_H
#define DRYAD_HEAP_DROP_REFERENCES_H

#include "graph/graph.h"

/* Clears keep[i] for each reference children.ids[i] of the object to drop; all are set before. */
typedef void (*dryad_choose_refs)(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep);

/* A graph of the same objects with only the chosen references, in their order; *changed counts the objects that lost
   one. If none did, *out is NULL. With `keeps_names`, the others keep theirs (heap/kept_names.h), and the len of a dict
   that lost keys and values follows. */
dryad_status dryad_graph_with_refs(dryad_graph **out, const dryad_graph *graph, dryad_choose_refs choose, void *context,
                                   bool keeps_names, uint64_t *changed, dryad_progress progress, dryad_error *error);

#endif
