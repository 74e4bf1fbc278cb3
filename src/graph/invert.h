/* SPDX-License-Identifier: MIT */
/* Referrers: the CSC form of a graph made from its CSR form. */
#ifndef DRYAD_GRAPH_INVERT_H
#define DRYAD_GRAPH_INVERT_H

#include "graph/graph.h"

/* Fills parents and parent_offsets of a graph that has its children. Duplicate references count once, dangling ones not
   at all. Two counting passes, O(objects + references); scratch is 8 bytes per object and thread. `progress` may be
   NULL. */
dryad_status dryad_invert(dryad_graph *graph, unsigned threads, const dryad_progress *progress, dryad_error *error);

#endif
