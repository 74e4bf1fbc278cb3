/* SPDX-License-Identifier: MIT */
/* The userdata of lists: ids of objects that the core fills in, and their move to the current graph of their heap. */
#ifndef DRYAD_SCRIPT_BASE_IDS_H
#define DRYAD_SCRIPT_BASE_IDS_H

#include "graph/graph.h"
#include "script/base/view.h"

#define DRYAD_LUA_LIST "dryad.list"

typedef struct dryad_lua_list {
  dryad_lua_view view;
  dryad_id *ids; /* `count` ids of view.graph, from its allocator */
  uint64_t count;
} dryad_lua_list;

/* ---- making lists ---- */

/* Pushes an empty list of the heap; a core call, or dryad_lua_reserve_ids, then fills ->ids and ->count. */
dryad_lua_list *dryad_lua_new_list(lua_State *L, int box, dryad_lua_heap *heap);
/* Gives an empty list room for `count` ids, which the caller must fill at once. Raises. */
void dryad_lua_reserve_ids(lua_State *L, dryad_lua_list *list, uint64_t count);
/* Keeps the first `count` ids. Raises. */
void dryad_lua_shrink_ids(lua_State *L, dryad_lua_list *list, uint64_t count);
/* Tells the garbage collector how much memory a filled list takes. */
void dryad_lua_weigh_ids(lua_State *L, const dryad_lua_list *list);
/* Pushes a list of a copy of these; returns 1. */
int dryad_lua_push_ids(lua_State *L, int box, dryad_lua_heap *heap, dryad_ids ids);

/* ---- using them ---- */

/* Returns `list`; raises if its heap is closed. */
dryad_lua_list *dryad_lua_check_list_open(lua_State *L, dryad_lua_list *list);
/* Moves an open list to the heap's current graph; raises for an object that is gone. */
void dryad_lua_catch_up(lua_State *L, dryad_lua_list *list);
/* The ids of the list at `index`, in the heap's current graph; NULL for nil. Raises for an object that is gone. */
dryad_ids dryad_lua_list_ids(lua_State *L, int index, const dryad_lua_heap *heap);
/* Raises for the object at position i (from 0), which a change removed. */
int dryad_lua_fail_gone_at(lua_State *L, const dryad_lua_list *list, uint64_t i);

/* The id in the heap's current graph of the object at position i (from 0); DRYAD_NONE if a change removed it. */
static inline dryad_id dryad_lua_list_id(const dryad_lua_list *list, uint64_t i)
{
  const dryad_graph *now = list->view.heap->graph;
  if (list->view.graph == now) return list->ids[i];
  return dryad_graph_find_any(now, dryad_addresses(list->view.graph)[list->ids[i]]);
}

#endif
