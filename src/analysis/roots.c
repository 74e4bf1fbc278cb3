/* SPDX-License-Identifier: MIT */
#include "analysis/roots.h"

#include <string.h>

#include "analysis/breadth_first.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/search.h"
#include "graph/graph.h"

static const char stage[] = "finding unreachable objects";

/* ---- making ------------------------------------------------------------------------------------ */

dryad_roots *dryad_roots_new(const dryad_allocator *allocator, uint32_t count)
{
  dryad_roots *roots = dryad_calloc(allocator, 1, sizeof *roots);
  if (!roots) return NULL;
  *roots = (dryad_roots){.allocator = allocator,
                         .count = count,
                         .ids = dryad_alloc(allocator, count, sizeof *roots->ids),
                         .reasons = dryad_alloc(allocator, count, sizeof *roots->reasons)};
  if (roots->ids && roots->reasons) return roots;
  dryad_roots_free(roots);
  return NULL;
}

void dryad_roots_free(dryad_roots *roots)
{
  if (!roots) return;
  dryad_free(roots->allocator, roots->ids, roots->count, sizeof *roots->ids);
  dryad_free(roots->allocator, roots->reasons, roots->count, sizeof *roots->reasons);
  dryad_free(roots->allocator, roots, 1, sizeof *roots);
}

dryad_ids dryad_roots_ids(const dryad_roots *roots) { return (dryad_ids){roots->ids, roots->count}; }

dryad_root_reason dryad_roots_reason(const dryad_roots *roots, dryad_id id)
{
  uint64_t place = dryad_lower_bound(roots->ids, roots->count, id);
  return place < roots->count && roots->ids[place] == id ? roots->reasons[place] : DRYAD_ROOT_NONE;
}

/* ---- given, moved ------------------------------------------------------------------------------ */

dryad_status dryad_roots_give(dryad_roots **out, const dryad_graph *graph, const dryad_id *ids, uint64_t count,
                              dryad_error *error)
{
  DRYAD_ASSERT(out && (ids || count == 0));
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, ids, count));
  dryad_bits given;
  uint32_t distinct = 0, next = 0;
  *out = NULL;
  if (!dryad_bits_init(&given, graph->allocator, graph->count)) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < count; i++) distinct += ids[i] < graph->count && dryad_bits_add(&given, ids[i]);
  dryad_roots *roots = dryad_roots_new(graph->allocator, distinct);
  for (dryad_id id = 0; roots && next < distinct; id++)
    if (dryad_bits_get(&given, id)) roots->ids[next++] = id;
  dryad_bits_deinit(&given);
  if (!roots) return dryad_fail_memory(error);
  memset(roots->reasons, DRYAD_ROOT_GIVEN, distinct);
  *out = roots;
  return DRYAD_OK;
}

dryad_status dryad_roots_move(dryad_roots **out, const dryad_roots *roots, const dryad_graph *from,
                              const dryad_graph *to, dryad_error *error)
{
  DRYAD_ASSERT(out && roots);
  uint32_t kept = 0;
  *out = NULL;
  for (uint32_t i = 0; i < roots->count; i++)
    kept += dryad_graph_find(to, dryad_addresses(from)[roots->ids[i]]) != DRYAD_NONE;
  dryad_roots *moved = dryad_roots_new(to->allocator, kept);
  if (!moved) return dryad_fail_memory(error);
  for (uint32_t i = 0, next = 0; i < roots->count; i++) {
    dryad_id id = dryad_graph_find(to, dryad_addresses(from)[roots->ids[i]]);
    if (id == DRYAD_NONE) continue;
    moved->ids[next] = id;
    moved->reasons[next++] = roots->reasons[i];
  }
  *out = moved;
  return DRYAD_OK;
}

dryad_status dryad_roots_with(dryad_roots **out, const dryad_roots *roots, const dryad_graph *graph,
                              const uint64_t *addresses, uint64_t count, dryad_error *error)
{
  DRYAD_ASSERT(out && roots);
  DRYAD_ASSERT_SLOW(dryad_is_ascending(addresses, count));
  uint32_t more = 0, at = 0, next = 0;
  *out = NULL;
  for (uint64_t i = 0; i < count; i++) {
    dryad_id id = dryad_graph_find(graph, addresses[i]);
    more += id != DRYAD_NONE && dryad_roots_reason(roots, id) == DRYAD_ROOT_NONE;
  }
  dryad_roots *all = dryad_roots_new(graph->allocator, roots->count + more);
  if (!all) return dryad_fail_memory(error);
  for (uint64_t i = 0; i <= count; i++) {
    dryad_id id = i < count ? dryad_graph_find(graph, addresses[i]) : DRYAD_NONE;
    if (i < count && id == DRYAD_NONE) continue;
    for (; at < roots->count && roots->ids[at] < id; at++) {
      all->ids[next] = roots->ids[at];
      all->reasons[next++] = roots->reasons[at];
    }
    if (id == DRYAD_NONE || (at < roots->count && roots->ids[at] == id)) continue;
    all->ids[next] = id;
    all->reasons[next++] = DRYAD_ROOT_GIVEN;
  }
  *out = all;
  return DRYAD_OK;
}

/* ---- what they do not reach -------------------------------------------------------------------- */

dryad_status dryad_roots_unreachable(const dryad_roots *roots, const dryad_graph *graph, dryad_root_reason except,
                                     dryad_id **ids, uint64_t *count, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(roots && ids && count);
  dryad_breadth_first walk;
  *ids = NULL;
  *count = 0;
  if (!dryad_breadth_first_init(&walk, graph, false)) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < roots->count; i++)
    if (except == DRYAD_ROOT_NONE || roots->reasons[i] != except) dryad_breadth_first_add(&walk, roots->ids[i]);
  dryad_status status = dryad_breadth_first_run(&walk, stage, &progress, error);
  uint32_t left = graph->count - walk.found, next = 0;
  if (!status) {
    *ids = dryad_alloc(graph->allocator, left, sizeof **ids);
    if (!*ids) status = dryad_fail_memory(error);
  }
  if (!status) {
    for (dryad_id id = 0; next < left; id++)
      if (!dryad_bits_get(&walk.seen, id)) (*ids)[next++] = id;
    *count = left;
  }
  dryad_breadth_first_deinit(&walk);
  return status;
}
