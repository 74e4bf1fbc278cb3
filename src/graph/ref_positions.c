/* SPDX-License-Identifier: MIT */
#include "graph/ref_positions.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/sort.h"

/* From this many references on, a scan costs more than a look-up in sorted order. */
enum { MANY = 256 };

/* This many scans cost about as much as sorting. */
enum { MOST_WALKS = 8 };

enum { OBJECTS_BETWEEN_TELLING = 1 << 18 };

void dryad_ref_positions_init(dryad_ref_positions *ref_positions, const dryad_graph *graph)
{
  const dryad_allocator *allocator = graph->allocator;
  *ref_positions = (dryad_ref_positions){
      .allocator = allocator, .graph = dryad_graph_retain(graph), .large = {.allocator = allocator}};
}

static uint64_t ref_count(const dryad_ref_positions *o, uint32_t number)
{
  return dryad_children(o->graph, (dryad_id)((const dryad_key *)o->large.keys.data)[number].words[0]).count;
}

void dryad_ref_positions_deinit(dryad_ref_positions *o)
{
  if (!o->graph) return;
  const dryad_ref_order *orders = o->orders.data;
  for (uint32_t i = 0; i < o->large.count; i++)
    dryad_free(o->allocator, orders[i].positions, ref_count(o, i), sizeof *orders[i].positions);
  dryad_column_free(&o->orders, o->allocator, sizeof *orders);
  dryad_key_table_deinit(&o->large);
  dryad_bits_deinit(&o->repeated);
  if (o->dangling_starts) {
    uint32_t total = o->dangling_starts[o->graph->missing];
    dryad_free(o->allocator, o->dangling_parents, total, sizeof *o->dangling_parents);
    dryad_free(o->allocator, o->dangling_starts, (uint64_t)o->graph->missing + 1, sizeof *o->dangling_starts);
  }
  dryad_graph_release(o->graph);
  *o = (dryad_ref_positions){0};
}

/* ---- objects with many references ---- */

static dryad_status order_refs(uint32_t **out, const dryad_allocator *allocator, dryad_ids refs, dryad_error *error)
{
  uint32_t *positions = dryad_alloc(allocator, refs.count, sizeof *positions);
  uint64_t *keys = dryad_alloc(allocator, refs.count, sizeof *keys);
  dryad_status status = positions && keys ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) {
    for (uint64_t i = 0; i < refs.count; i++) {
      keys[i] = refs.ids[i];
      positions[i] = (uint32_t)i;
    }
    status = dryad_sort(allocator, keys, positions, refs.count, error);
  }
  dryad_free(allocator, keys, refs.count, sizeof *keys);
  if (status)
    dryad_free(allocator, positions, refs.count, sizeof *positions);
  else
    *out = positions;
  return status;
}

/* *out stays NULL as long as scanning is good enough. */
static dryad_status order_of(const uint32_t **out, dryad_ref_positions *o, dryad_id parent, dryad_ids refs,
                             dryad_error *error)
{
  uint32_t number, known = o->large.count;
  if (!dryad_column_reserve(&o->orders, o->allocator, (uint64_t)known + 1, sizeof(dryad_ref_order)) ||
      !dryad_key_table_number(&o->large, (dryad_key){{parent}}, &number))
    return dryad_fail_memory(error);
  dryad_ref_order *order = (dryad_ref_order *)o->orders.data + number;
  if (number == known) *order = (dryad_ref_order){0};
  dryad_status status = DRYAD_OK;
  if (!order->positions && ++order->walks == MOST_WALKS)
    status = order_refs(&order->positions, o->allocator, refs, error);
  if (status) order->walks = 0;
  *out = order->positions;
  return status;
}

/* The first of the sorted positions whose reference is at least `id`. */
static uint64_t first_at(const uint32_t *positions, dryad_ids refs, uint64_t id)
{
  uint64_t low = 0, high = refs.count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (refs.ids[positions[middle]] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

dryad_status dryad_position_walk_begin(dryad_position_walk *out, dryad_ref_positions *ref_positions, dryad_id parent,
                                       dryad_id child, dryad_error *error)
{
  DRYAD_ASSERT(out && parent < ref_positions->graph->count);
  dryad_ids refs = dryad_children(ref_positions->graph, parent);
  *out = (dryad_position_walk){.refs = refs, .child = child, .end = refs.count};
  if (refs.count < MANY || refs.count > UINT32_MAX) return DRYAD_OK;
  const uint32_t *positions = NULL;
  dryad_status status = order_of(&positions, ref_positions, parent, refs, error);
  if (status || !positions) return status;
  out->positions = positions;
  out->at = first_at(positions, refs, child);
  out->end = first_at(positions, refs, (uint64_t)child + 1);
  return DRYAD_OK;
}

/* ---- all references ---- */

static dryad_status tell(const dryad_graph *graph, dryad_id parent, dryad_progress progress, dryad_error *error)
{
  if (parent % OBJECTS_BETWEEN_TELLING) return DRYAD_OK;
  dryad_status status = dryad_progress_tell(&progress, "scanning references", parent, graph->count);
  return status ? dryad_fail_cancelled(error) : DRYAD_OK;
}

/* last[id]: the last object found to refer to it. */
static dryad_status find_repeated(dryad_bits *repeated, dryad_id *last, const dryad_graph *graph,
                                  dryad_progress progress, dryad_error *error)
{
  memset(last, 0xff, ((uint64_t)graph->count + graph->missing) * sizeof *last);
  for (dryad_id parent = 0; parent < graph->count; parent++) {
    dryad_ids refs = dryad_children(graph, parent);
    if (tell(graph, parent, progress, error)) return DRYAD_CANCELLED;
    for (uint64_t i = 0; i < refs.count; i++) {
      if (last[refs.ids[i]] == parent) dryad_bits_set(repeated, refs.ids[i]);
      last[refs.ids[i]] = parent;
    }
  }
  return DRYAD_OK;
}

dryad_status dryad_ref_positions_repeated(const dryad_bits **out, dryad_ref_positions *ref_positions,
                                          dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out);
  const dryad_graph *graph = ref_positions->graph;
  dryad_bits *repeated = &ref_positions->repeated;
  uint64_t count = (uint64_t)graph->count + graph->missing;
  *out = repeated;
  if (repeated->words) return DRYAD_OK;
  if (!dryad_bits_init(repeated, ref_positions->allocator, count)) return dryad_fail_memory(error);
  dryad_id *last = dryad_alloc(ref_positions->allocator, count, sizeof *last);
  dryad_status status = last ? find_repeated(repeated, last, graph, progress, error) : dryad_fail_memory(error);
  dryad_free(ref_positions->allocator, last, count, sizeof *last);
  if (status) dryad_bits_deinit(repeated);
  return status;
}

/* ---- dangling addresses ---- */

/* Visits each distinct pair of a referrer and a dangling id: counts them (`parents` NULL) or stores them. */
static dryad_status each_dangling(const dryad_graph *graph, uint32_t *at, dryad_id *last, dryad_id *parents,
                                  dryad_progress progress, dryad_error *error)
{
  memset(last, 0xff, (uint64_t)graph->missing * sizeof *last);
  for (dryad_id parent = 0; parent < graph->count; parent++) {
    if (tell(graph, parent, progress, error)) return DRYAD_CANCELLED;
    dryad_ids refs = dryad_children(graph, parent);
    for (uint64_t i = 0; i < refs.count; i++) {
      if (refs.ids[i] < graph->count) continue;
      uint32_t place = refs.ids[i] - graph->count;
      if (last[place] == parent) continue;
      last[place] = parent;
      if (parents) parents[at[place]] = parent;
      at[place]++;
    }
  }
  return DRYAD_OK;
}

static dryad_status find_dangling(dryad_ref_positions *o, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = o->graph;
  uint64_t missing = graph->missing;
  uint32_t *starts = dryad_calloc(o->allocator, missing + 1, sizeof *starts);
  dryad_id *last = dryad_alloc(o->allocator, missing, sizeof *last), *parents = NULL;
  uint32_t total = 0;
  dryad_status status =
      starts && last ? each_dangling(graph, starts, last, NULL, progress, error) : dryad_fail_memory(error);
  if (!status) {
    for (uint64_t i = 0; i < missing; i++) {
      uint32_t count = starts[i];
      starts[i] = total;
      total += count;
    }
    parents = dryad_alloc(o->allocator, total, sizeof *parents);
    status = parents ? each_dangling(graph, starts, last, parents, progress, error) : dryad_fail_memory(error);
  }
  if (!status) {
    memmove(starts + 1, starts, missing * sizeof *starts);
    starts[0] = 0;
    o->dangling_starts = starts;
    o->dangling_parents = parents;
  } else {
    dryad_free(o->allocator, parents, total, sizeof *parents);
    dryad_free(o->allocator, starts, missing + 1, sizeof *starts);
  }
  dryad_free(o->allocator, last, missing, sizeof *last);
  return status;
}

dryad_status dryad_ref_positions_parents(dryad_ids *out, dryad_ref_positions *ref_positions, dryad_id child,
                                         dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && child < (uint64_t)ref_positions->graph->count + ref_positions->graph->missing);
  const dryad_graph *graph = ref_positions->graph;
  if (child < graph->count) {
    *out = dryad_parents(graph, child);
    return DRYAD_OK;
  }
  if (graph->dangling_refs > UINT32_MAX)
    return dryad_fail(error, DRYAD_LIMIT, "more than %u dangling references", UINT32_MAX);
  dryad_status status = ref_positions->dangling_starts ? DRYAD_OK : find_dangling(ref_positions, progress, error);
  if (status) return status;
  const uint32_t *start = &ref_positions->dangling_starts[child - graph->count];
  *out = (dryad_ids){ref_positions->dangling_parents + start[0], start[1] - start[0]};
  return DRYAD_OK;
}
