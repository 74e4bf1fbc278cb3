/* SPDX-License-Identifier: MIT */
/* An index by type: the objects of a type without a scan, and the types in the order of their names. */
#ifndef DRYAD_GRAPH_TYPE_INDEX_H
#define DRYAD_GRAPH_TYPE_INDEX_H

#include "graph/graph.h"

typedef struct dryad_type_index {
  const dryad_allocator *allocator;
  uint32_t type_count; /* of the store at creation; later types have no objects in the graph */
  uint32_t count;      /* objects of the graph */
  uint32_t *starts;    /* type_count + 1: where each type begins in `ids` */
  dryad_id *ids;       /* count: ascending within a type */
  uint32_t *by_name;   /* type_count types, by the bytes of their names */
} dryad_type_index;

/* O(objects + types * log types). 4 bytes per object. Freed with dryad_type_index_free. */
dryad_status dryad_type_index_new(dryad_type_index **out, const dryad_graph *graph, dryad_error *error);
void dryad_type_index_free(dryad_type_index *index); /* NULL is allowed */
/* The type with this name; DRYAD_NONE: none at creation. O(log types). */
uint32_t dryad_type_index_find(const dryad_type_index *index, const dryad_graph *graph, dryad_text name);
/* The objects of a type, ascending; none for a later type or DRYAD_NONE. O(1). */
dryad_ids dryad_type_index_ids(const dryad_type_index *index, uint32_t type);
/* The bytes of its arrays. */
uint64_t dryad_type_index_bytes(const dryad_type_index *index);

#endif
