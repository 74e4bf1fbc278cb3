/* SPDX-License-Identifier: MIT */
#include "sql/id_walk.h"

static dryad_id id_at(const dryad_id_walk *walk, uint64_t place)
{
  return walk->ids ? walk->ids[place] : walk->first + (dryad_id)place;
}

/* The first of `count` positions whose address is at least this one. */
static uint64_t first_from(const dryad_id_walk *walk, const dryad_graph *graph, uint64_t count, uint64_t address)
{
  const uint64_t *addresses = dryad_addresses(graph);
  uint64_t low = 0, high = count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (addresses[id_at(walk, middle)] < address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The range of the walk with these addresses, both ends included. */
static void set_half(dryad_id_walk *walk, unsigned half, const dryad_graph *graph, uint64_t count, int64_t low,
                     int64_t high)
{
  if (low > high) return;
  walk->at[half] = first_from(walk, graph, count, (uint64_t)low);
  walk->end[half] = (uint64_t)high == UINT64_MAX ? count : first_from(walk, graph, count, (uint64_t)high + 1);
}

static void set_halves(dryad_id_walk *walk, const dryad_graph *graph, uint64_t count, dryad_bounds addresses)
{
  int64_t low = addresses.low, high = addresses.high;
  set_half(walk, walk->is_descending, graph, count, low, high < 0 ? high : -1);
  set_half(walk, !walk->is_descending, graph, count, low < 0 ? 0 : low, high);
}

dryad_id_walk dryad_id_walk_over(const dryad_graph *graph, dryad_ids ids, dryad_bounds addresses, bool is_descending)
{
  dryad_id_walk walk = {.ids = ids.ids, .is_descending = is_descending};
  set_halves(&walk, graph, ids.count, addresses);
  return walk;
}

dryad_id_walk dryad_id_walk_over_dangling(const dryad_graph *graph, dryad_bounds addresses, bool is_descending)
{
  dryad_id_walk walk = {.first = graph->count, .is_descending = is_descending};
  set_halves(&walk, graph, graph->missing, addresses);
  return walk;
}

dryad_id_walk dryad_id_walk_one(const dryad_graph *graph, int64_t address)
{
  dryad_id id = dryad_graph_find(graph, (uint64_t)address);
  if (id == DRYAD_NONE) return dryad_id_walk_none();
  return (dryad_id_walk){.at = {id}, .end = {(uint64_t)id + 1}};
}
