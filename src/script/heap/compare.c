/* SPDX-License-Identifier: MIT */
/* Comparison of two heaps: an object is the same if its address, type and value are. */
#include "script/heap/compare.h"

#include <string.h>

#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/work.h"

enum { STEPS_BETWEEN_TELLING = 1 << 16 };

static bool same_text(dryad_text a, dryad_text b)
{
  return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static bool same_value(dryad_value a, dryad_value b)
{
  return a.kind == b.kind && a.boolean == b.boolean && a.integer == b.integer &&
         memcmp(&a.real, &b.real, sizeof a.real) == 0 && same_text(a.text, b.text);
}

static bool same_object(const dryad_graph *a, dryad_id in_a, const dryad_graph *b, dryad_id in_b)
{
  return same_text(dryad_graph_type_name(a, dryad_types(a)[in_a]), dryad_graph_type_name(b, dryad_types(b)[in_b])) &&
         same_value(dryad_graph_value(a, in_a), dryad_graph_value(b, in_b)) &&
         same_text(dryad_graph_name(a, in_a), dryad_graph_name(b, in_b));
}

/* Appends to out[0 .. out_count) the objects of `one` that `other` also has (same) or lacks (not same). */
static dryad_status compare(const dryad_graph *one, const dryad_graph *other, bool same, dryad_id *out,
                            uint64_t *out_count, const dryad_progress *progress)
{
  dryad_id in_other = 0;
  for (dryad_id id = 0; id < one->count; id++) {
    uint64_t address = dryad_addresses(one)[id];
    while (in_other < other->count && dryad_addresses(other)[in_other] < address) in_other++;
    bool found =
        in_other < other->count && dryad_addresses(other)[in_other] == address && same_object(one, id, other, in_other);
    if (found == same) out[(*out_count)++] = id;
    if (id % STEPS_BETWEEN_TELLING == 0 && !progress->report(progress->context, "comparing", id, one->count))
      return DRYAD_CANCELLED;
  }
  return DRYAD_OK;
}

/* core.compare(heap, other, same): a list of the heap's objects that the other heap also has, or lacks. */
static int compare_heaps(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1), *other = dryad_lua_check_heap(L, 2);
  bool same = lua_toboolean(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  const dryad_graph *graph = heap->graph;
  dryad_lua_list *list = dryad_lua_new_list(L, 4, heap);
  dryad_lua_reserve_ids(L, list, graph->count);
  uint64_t count = 0;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  other->busy++;
  dryad_status status = compare(graph, other->graph, same, list->ids, &count, &progress);
  other->busy--;
  dryad_lua_work_end(&work, status);
  dryad_lua_check_sound(L, other->graph);
  lua_settop(L, 5);
  dryad_lua_shrink_ids(L, list, count);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_open_compare(lua_State *L)
{
  lua_pushcfunction(L, compare_heaps);
  lua_setfield(L, -2, "compare");
}
