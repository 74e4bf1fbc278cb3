/* SPDX-License-Identifier: MIT */
/*
 * The object graph: columns of object properties, children as CSR, parents as CSC.
 *
 * Immutable once built, except for its reference count. Columns are shared between the graphs of one heap. An object
 * takes 32 bytes (address 8, type 4, size 4, len 4, label 4, two offsets of 4) and a reference 4 bytes in each
 * direction. Annotations and details come on top where a dump has them.
 */
#ifndef DRYAD_GRAPH_GRAPH_H
#define DRYAD_GRAPH_GRAPH_H

#include "base/assert.h"
#include "base/memory.h"
#include "dryad.h"
#include "graph/annotations.h"
#include "graph/details.h"
#include "graph/offsets.h"
#include "graph/store.h"

struct dryad_graph {
  const dryad_allocator *allocator;
  uint32_t references;
  dryad_store *store;
  uint32_t count;         /* objects */
  uint32_t missing;       /* distinct dangling addresses */
  uint64_t ref_count;     /* references, dangling ones too */
  uint64_t dangling_refs; /* references to missing addresses */
  uint64_t total_size;    /* bytes, at most INT64_MAX */
  dryad_array *addresses; /* uint64_t[count + missing], both parts ascending */
  dryad_array *types;     /* uint32_t[count] */
  dryad_array *sizes;     /* uint32_t[count], narrow */
  dryad_array *lens;      /* uint32_t[count], narrow, DRYAD_NONE: none */
  dryad_array *labels;    /* uint32_t[count] */
  dryad_offsets child_offsets;
  dryad_array *children; /* uint32_t[ref_count]: ids, dangling ones from count on */
  dryad_offsets parent_offsets;
  dryad_array *parents;           /* uint32_t[]: distinct, ascending for each object */
  dryad_annotations *annotations; /* NULL: none */
  dryad_details *details;         /* NULL: none */
};

/* An empty graph with a reference count of one; retains `store`. NULL: no memory. */
dryad_graph *dryad_graph_new(const dryad_allocator *allocator, dryad_store *store);
/* Makes `allocator` the owner of the memory of a graph and its store, which must already be blocks of it. */
void dryad_graph_hand_over(dryad_graph *graph, const dryad_allocator *allocator);

/* DRYAD_FORMAT if the index behind the graph turned out to be damaged where it was read: discard what was computed from
   it. O(1). */
static inline dryad_status dryad_graph_check(const dryad_graph *g, dryad_error *error)
{
  return g->store->demand ? dryad_demand_memory_check(g->store->demand, error) : DRYAD_OK;
}

static inline const uint64_t *dryad_addresses(const dryad_graph *g) { return g->addresses->data; }
static inline const uint32_t *dryad_types(const dryad_graph *g) { return g->types->data; }
static inline const uint32_t *dryad_sizes(const dryad_graph *g) { return g->sizes->data; }
static inline uint64_t dryad_size(const dryad_graph *g, dryad_id id)
{
  DRYAD_ASSERT(id < g->count);
  return dryad_store_widen(g->store, dryad_sizes(g)[id]);
}

/* Whether all ids are objects or dangling addresses of the graph; for assertions. O(count). */
static inline bool dryad_ids_are_known(const dryad_graph *g, const dryad_id *ids, uint64_t count)
{
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] >= (uint64_t)g->count + g->missing) return false;
  return true;
}

/* Like dryad_graph_find, but also finds dangling addresses. */
dryad_id dryad_graph_find_any(const dryad_graph *graph, uint64_t address);

/* Sizes add up to at most INT64_MAX. */
static inline uint64_t dryad_add_sizes(uint64_t a, uint64_t b)
{
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) || sum > INT64_MAX ? INT64_MAX : sum;
}

/* The dump's name for a reference of an object; .data NULL: none. Like all text, it is valid until the heap is changed.
   O(log names). */
static inline dryad_text dryad_graph_ref_name(const dryad_graph *g, dryad_id id, uint64_t position)
{
  dryad_text_ref name = g->annotations ? dryad_annotations_name(g->annotations, id, position) : DRYAD_NO_TEXT;
  return name == DRYAD_NO_TEXT ? (dryad_text){0} : dryad_string_pool_get(&g->store->texts, name);
}

static inline dryad_ids dryad_children(const dryad_graph *g, dryad_id id)
{
  DRYAD_ASSERT(id < g->count);
  uint64_t start = dryad_offset(&g->child_offsets, id);
  return (dryad_ids){(const dryad_id *)g->children->data + start, dryad_offset(&g->child_offsets, id + 1) - start};
}
static inline dryad_ids dryad_parents(const dryad_graph *g, dryad_id id)
{
  DRYAD_ASSERT(id < g->count);
  uint64_t start = dryad_offset(&g->parent_offsets, id);
  return (dryad_ids){(const dryad_id *)g->parents->data + start, dryad_offset(&g->parent_offsets, id + 1) - start};
}

#endif
