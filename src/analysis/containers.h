/* SPDX-License-Identifier: MIT */
/* Containers: which object holds most of a set of objects as its items, keys or values. */
#ifndef DRYAD_ANALYSIS_CONTAINERS_H
#define DRYAD_ANALYSIS_CONTAINERS_H

#include "runtime/runtime.h"

/* Whether `holder` refers to these as a container: not by the names of attributes or fields. Judged by a few of them,
   evenly spread. `ids` are children of the holder. O(references of the holder). */
bool dryad_holds_as_items(const dryad_graph *graph, const dryad_known_types *known, dryad_id holder, dryad_ids ids);

/* Of the containers of these objects, the one whose items weigh most, and of several such, the one that refers to
   least; DRYAD_NONE: two of the objects have no container in common. Moves its items to the front of `ids`, in their
   order, and their number to *held. `weights`: by id. `interned`: the table of interned strings, or DRYAD_NONE; it is
   none. O(referrers of the objects + references of a few of those). */
dryad_status dryad_main_container(dryad_id *container, uint64_t *held, const dryad_graph *graph,
                                  const dryad_known_types *known, dryad_id interned, dryad_id *ids, uint64_t count,
                                  const uint64_t *weights, dryad_error *error);

/* Those of these objects that are keys and nothing else: all their referrers, besides the table of interned strings,
   are dicts in which they are no values. Ascending; a block of *count ids from the graph's allocator, NULL if there are
   none. O(objects / 64 + referrers of these + references of the dicts among those). */
dryad_status dryad_keys_among(dryad_id **out, uint64_t *count, const dryad_graph *graph, const dryad_known_types *known,
                              dryad_ids ids, dryad_error *error);

#endif
