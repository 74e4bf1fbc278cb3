/* SPDX-License-Identifier: MIT */
#include "graph/graph.h"

#include <string.h>

#include "base/assert.h"

dryad_graph *dryad_graph_new(const dryad_allocator *allocator, dryad_store *store)
{
  DRYAD_ASSERT(store);
  dryad_graph *graph = dryad_calloc(allocator, 1, sizeof *graph);
  if (!graph) return NULL;
  graph->allocator = allocator;
  graph->references = 1;
  graph->store = dryad_store_retain(store);
  return graph;
}

void dryad_graph_hand_over(dryad_graph *graph, const dryad_allocator *allocator)
{
  DRYAD_ASSERT(graph->references == 1);
  dryad_array *arrays[] = {graph->addresses, graph->types,   graph->sizes,
                           graph->lens,      graph->labels,  graph->child_offsets.low,
                           graph->children,  graph->parents, graph->parent_offsets.low};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) arrays[i]->allocator = allocator;
  if (graph->annotations) graph->annotations->allocator = allocator;
  if (graph->details) graph->details->allocator = allocator;
  dryad_store_hand_over(graph->store, allocator);
  graph->allocator = allocator;
}

/* The reference count of a const graph changes; nothing else does. */
static dryad_graph *writable(const dryad_graph *graph) { return (dryad_graph *)(uintptr_t)graph; }

const dryad_graph *dryad_graph_retain(const dryad_graph *graph)
{
  DRYAD_ASSERT(graph->references > 0);
  writable(graph)->references++;
  return graph;
}

void dryad_graph_release(const dryad_graph *shared)
{
  DRYAD_ASSERT(!shared || shared->references > 0);
  dryad_graph *graph = writable(shared);
  if (!graph || --graph->references) return;
  dryad_array_release(graph->addresses);
  dryad_array_release(graph->types);
  dryad_array_release(graph->sizes);
  dryad_array_release(graph->lens);
  dryad_array_release(graph->labels);
  dryad_offsets_deinit(&graph->child_offsets, graph->allocator);
  dryad_array_release(graph->children);
  dryad_offsets_deinit(&graph->parent_offsets, graph->allocator);
  dryad_array_release(graph->parents);
  dryad_annotations_release(graph->annotations);
  dryad_details_release(graph->details);
  dryad_store_release(graph->store);
  dryad_free(graph->allocator, graph, 1, sizeof *graph);
}

uint32_t dryad_graph_count(const dryad_graph *graph) { return graph->count; }
uint32_t dryad_graph_missing(const dryad_graph *graph) { return graph->missing; }
uint64_t dryad_graph_ref_count(const dryad_graph *graph) { return graph->ref_count; }
uint64_t dryad_graph_total_size(const dryad_graph *graph) { return graph->total_size; }
uint32_t dryad_graph_type_count(const dryad_graph *graph) { return graph->store->type_count; }

/* The id of an address among the ascending ids [low, end); DRYAD_NONE: not found. */
static dryad_id find_between(const dryad_graph *graph, uint64_t address, dryad_id low, dryad_id end)
{
  const uint64_t *addresses = dryad_addresses(graph);
  dryad_id high = end;
  while (low < high) {
    dryad_id middle = low + (high - low) / 2;
    if (addresses[middle] < address)
      low = middle + 1;
    else
      high = middle;
  }
  return low < end && addresses[low] == address ? low : DRYAD_NONE;
}

dryad_id dryad_graph_find(const dryad_graph *graph, uint64_t address)
{
  return find_between(graph, address, 0, graph->count);
}

dryad_id dryad_graph_find_any(const dryad_graph *graph, uint64_t address)
{
  dryad_id id = dryad_graph_find(graph, address);
  return id != DRYAD_NONE ? id : find_between(graph, address, graph->count, graph->count + graph->missing);
}

uint64_t dryad_graph_address(const dryad_graph *graph, dryad_id id)
{
  DRYAD_ASSERT(id < (uint64_t)graph->count + graph->missing);
  return dryad_addresses(graph)[id];
}
uint32_t dryad_graph_type(const dryad_graph *graph, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  return dryad_types(graph)[id];
}

dryad_text dryad_graph_type_name(const dryad_graph *graph, uint32_t type)
{
  DRYAD_ASSERT(type < graph->store->type_count);
  return dryad_store_type_name(graph->store, type);
}

uint32_t dryad_graph_find_type(const dryad_graph *graph, const char *name, size_t length)
{
  DRYAD_ASSERT(name || length == 0);
  return dryad_store_find_type(graph->store, name, length);
}

uint64_t dryad_graph_size(const dryad_graph *graph, dryad_id id) { return dryad_size(graph, id); }

bool dryad_graph_len(const dryad_graph *graph, dryad_id id, int64_t *len)
{
  DRYAD_ASSERT(id < graph->count && len);
  uint32_t narrow = ((const uint32_t *)graph->lens->data)[id];
  if (narrow == DRYAD_NONE) return false;
  *len = (int64_t)dryad_store_widen(graph->store, narrow);
  return true;
}

static uint32_t label_of(const dryad_graph *graph, dryad_id id) { return ((const uint32_t *)graph->labels->data)[id]; }

dryad_value dryad_graph_value(const dryad_graph *graph, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  return dryad_store_value(graph->store, label_of(graph, id));
}

dryad_text dryad_graph_name(const dryad_graph *graph, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  return dryad_store_name(graph->store, label_of(graph, id));
}

dryad_ids dryad_graph_children(const dryad_graph *graph, dryad_id id) { return dryad_children(graph, id); }
dryad_ids dryad_graph_parents(const dryad_graph *graph, dryad_id id) { return dryad_parents(graph, id); }

/* ---- details ----------------------------------------------------------------------------------- */

static bool number_of(const dryad_graph *graph, dryad_detail_kind kind, dryad_id id, uint64_t *number)
{
  DRYAD_ASSERT(id < graph->count && number);
  uint32_t narrow = dryad_details_get(graph->details, kind, id);
  *number = narrow == DRYAD_NONE ? 0 : dryad_store_widen(graph->store, narrow);
  return narrow != DRYAD_NONE;
}

static dryad_text text_of(const dryad_graph *graph, dryad_detail_kind kind, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  dryad_text_ref text = dryad_details_get(graph->details, kind, id);
  return text == DRYAD_NO_TEXT ? (dryad_text){0} : dryad_string_pool_get(&graph->store->texts, text);
}

bool dryad_graph_refcount(const dryad_graph *graph, dryad_id id, uint64_t *count)
{
  return number_of(graph, DRYAD_DETAIL_REFCOUNT, id, count);
}

bool dryad_graph_interpreter(const dryad_graph *graph, dryad_id id, uint64_t *number)
{
  return number_of(graph, DRYAD_DETAIL_INTERPRETER, id, number);
}

bool dryad_graph_mapped(const dryad_graph *graph, dryad_id id, uint64_t *bytes)
{
  return number_of(graph, DRYAD_DETAIL_MAPPED, id, bytes);
}

bool dryad_graph_line(const dryad_graph *graph, dryad_id id, uint64_t *line)
{
  return number_of(graph, DRYAD_DETAIL_LINE, id, line);
}

dryad_text dryad_graph_file(const dryad_graph *graph, dryad_id id) { return text_of(graph, DRYAD_DETAIL_FILE, id); }

dryad_text dryad_graph_qualname(const dryad_graph *graph, dryad_id id)
{
  return text_of(graph, DRYAD_DETAIL_QUALNAME, id);
}

dryad_text dryad_graph_allocated(const dryad_graph *graph, dryad_id id)
{
  return text_of(graph, DRYAD_DETAIL_ALLOCATED, id);
}

bool dryad_next_site(dryad_text *rest, dryad_text *site)
{
  DRYAD_ASSERT(rest && site);
  if (!rest->data) return false;
  const char *end = memchr(rest->data, '\0', rest->length);
  size_t length = end ? (size_t)(end - rest->data) : rest->length;
  *site = (dryad_text){rest->data, length};
  *rest = end ? (dryad_text){end + 1, rest->length - length - 1} : (dryad_text){0};
  return true;
}
