/* The order of get_all. */
#ifndef DRYAD_CORE_RANK_H
#define DRYAD_CORE_RANK_H

#include "dryad.h"

/* In place: by size, then number of refs, then of parents, largest first, then by address. Ids may be dangling, and
   there more than once. O(count), and O(n) more for the n different triples of these numbers; scratch: 8 bytes an id,
   and some 40 a triple. */
dryad_status dryad_ids_rank(const dryad_graph *graph, dryad_id *ids, uint64_t count, dryad_error *error);

#endif
