/* SPDX-License-Identifier: MIT */
/* The order of get_all. */
#ifndef DRYAD_GRAPH_DEFAULT_ORDER_H
#define DRYAD_GRAPH_DEFAULT_ORDER_H

#include "dryad.h"

/* Writes the ids to out[count]: by size, then number of refs, then of parents, largest first, then by address. Ids may
   be dangling, and there more than once. O(count), and O(n) more for the n different triples of these numbers; fastest
   for objects that come in ascending order. Scratch: 4 bytes an id (20 in another order), and some 40 a triple. */
dryad_status dryad_ids_default_order(const dryad_graph *graph, dryad_ids ids, dryad_id *out, dryad_error *error);

#endif
