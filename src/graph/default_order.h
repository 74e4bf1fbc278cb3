/* SPDX-License-Identifier: MIT */
/* The order of get_all. */
#ifndef DRYAD_GRAPH_DEFAULT_ORDER_H
#define DRYAD_GRAPH_DEFAULT_ORDER_H

#include "dryad.h"

/* Writes the ids to out[count]: by size, then number of refs, then of parents, largest first, then by address. Ids may
   be dangling, and may repeat. O(count), plus O(n) for the n different triples of these numbers; fastest for ids in
   ascending order. Scratch: 4 bytes per id (20 in any other order), and about 40 per triple. */
dryad_status dryad_ids_default_order(const dryad_graph *graph, dryad_ids ids, dryad_id *out, dryad_error *error);

#endif
