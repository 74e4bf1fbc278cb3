/* SPDX-License-Identifier: MIT */
/*
 * Operations on lists of ids: ordering, selection and set algebra. Every function that makes a list returns a block of
 * exactly *out_count ids from the graph's allocator.
 */
#ifndef DRYAD_GRAPH_IDLIST_H
#define DRYAD_GRAPH_IDLIST_H

#include "dryad.h"

typedef enum dryad_field {
  DRYAD_FIELD_ADDRESS,
  DRYAD_FIELD_SIZE,
  DRYAD_FIELD_LEN,
  DRYAD_FIELD_NUM_REFS,
  DRYAD_FIELD_NUM_PARENTS
} dryad_field;

/* A numeric field of an object; false if it has none (len). Dangling ids have only an address. */
bool dryad_field_get(const dryad_graph *graph, dryad_id id, dryad_field field, int64_t *value);

/* The objects of a type (DRYAD_NONE: all objects), ascending. O(objects). */
dryad_status dryad_ids_of_type(const dryad_graph *graph, uint32_t type, dryad_id **out, uint64_t *out_count,
                               dryad_error *error);
/* Sorts in place and stably by 64-bit keys (keys[i] belongs to ids[i]; compared as signed, permuted along).
   O(count). */
dryad_status dryad_ids_sort(const dryad_graph *graph, dryad_id *ids, int64_t *keys, uint64_t count, bool descending,
                            dryad_error *error);

/* Distinct ids in order of first appearance: those of a, then those of b that are not in a (union); those of a that are
   not in b (difference); those of a that are also in b (intersection). O(|a| + |b|). */
typedef enum dryad_set_operation { DRYAD_UNION, DRYAD_DIFFERENCE, DRYAD_INTERSECTION } dryad_set_operation;
dryad_status dryad_ids_combine(const dryad_graph *graph, dryad_set_operation operation, const dryad_id *a,
                               uint64_t a_count, const dryad_id *b, uint64_t b_count, dryad_id **out,
                               uint64_t *out_count, dryad_error *error);

/* The distinct children (dangling ones too) or parents of all ids, in order of first appearance. */
dryad_status dryad_ids_children(const dryad_graph *graph, const dryad_id *ids, uint64_t count, dryad_id **out,
                                uint64_t *out_count, dryad_error *error);
dryad_status dryad_ids_parents(const dryad_graph *graph, const dryad_id *ids, uint64_t count, dryad_id **out,
                               uint64_t *out_count, dryad_error *error);

#endif
