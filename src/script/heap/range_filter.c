/* SPDX-License-Identifier: MIT */
/* Conditions that the core evaluates without SQL. */
#include "script/heap/range_filter.h"

#include <string.h>

#include "analysis/range_filter.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/work.h"

/* In the order of dryad_compared. */
static const char *const fields[] = {"address", "type", "size", "len", "num_refs", "num_parents", "retained", NULL};

/* Reads {field =, outside =, low =, high =}, or type = instead of the last two. */
static dryad_comparison read_comparison(lua_State *L, int index, const dryad_graph *graph)
{
  dryad_comparison c = {.high = INT64_MAX};
  luaL_checktype(L, index, LUA_TTABLE);
  lua_getfield(L, index, "field");
  c.field = (dryad_compared)luaL_checkoption(L, -1, NULL, fields);
  lua_getfield(L, index, "outside");
  c.is_outside = lua_toboolean(L, -1);
  if (c.field == DRYAD_COMPARED_TYPE) {
    size_t length;
    lua_getfield(L, index, "type");
    const char *name = luaL_checklstring(L, -1, &length);
    c.low = c.high = dryad_graph_find_type(graph, name, length); /* no object has DRYAD_NONE */
  } else {
    lua_getfield(L, index, "low");
    c.low = luaL_checkinteger(L, -1);
    lua_getfield(L, index, "high");
    c.high = luaL_checkinteger(L, -1);
  }
  lua_settop(L, index - 1);
  return c;
}

/* core.select(heap, list or nil, comparisons): the objects of the list, or of the heap, for which every comparison
   holds, in their order. */
static int select(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  lua_settop(L, 3);
  luaL_checktype(L, 3, LUA_TTABLE);
  uint32_t count = (uint32_t)lua_rawlen(L, 3);
  dryad_comparison *comparisons = lua_newuserdatauv(L, (count + 1) * sizeof *comparisons, 0);
  const dryad_dominators *dominators = NULL;
  for (uint32_t i = 0; i < count; i++) {
    lua_rawgeti(L, 3, (lua_Integer)i + 1);
    comparisons[i] = read_comparison(L, lua_gettop(L), heap->graph);
    if (comparisons[i].field == DRYAD_COMPARED_RETAINED) dominators = dryad_lua_dominators(L, heap);
  }
  dryad_ids from = lua_isnil(L, 2) ? (dryad_ids){NULL, heap->graph->count} : dryad_lua_list_ids(L, 2, heap);
  dryad_lua_work work;
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 5, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_ids_in_ranges(heap->graph, dominators, from, comparisons, count, &list->ids,
                                                &list->count, progress, &work.error));
  lua_settop(L, 6);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_open_range_filter(lua_State *L)
{
  static const luaL_Reg functions[] = {{"select", select}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
