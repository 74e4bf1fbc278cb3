/* SPDX-License-Identifier: MIT */
/* Ancestors by generation, as rows of Lua values. */
#include "script/analysis/ancestors.h"

#include <string.h>

#include "analysis/ancestors.h"
#include "graph/graph.h"
#include "script/analysis/paths.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"

static void destroy(void *block) { dryad_ancestors_deinit(block); }

/* Pushes, in a block owned by Lua, a flag for each of the heap's types: whether the array at `names` has its name. */
static const bool *push_stops(lua_State *L, int names, const dryad_graph *graph)
{
  uint32_t type_count = dryad_graph_type_count(graph);
  bool *stops = lua_newuserdatauv(L, type_count + 1, 0);
  memset(stops, 0, type_count + 1);
  for (lua_Integer i = 1; lua_rawgeti(L, names, i) != LUA_TNIL; i++) {
    size_t length;
    const char *name = luaL_checklstring(L, -1, &length);
    uint32_t type = dryad_graph_find_type(graph, name, length);
    if (type != DRYAD_NONE) stops[type] = true;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return stops;
}

/* core.ancestors(heap, list, array of type names): an array of {generation, type, count}, by generation and name, and
   an array with the number of referrers that each step found. The walk does not go beyond objects of these types. */
static int ancestors(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_ids starts = dryad_lua_list_ids(L, 2, heap);
  luaL_checktype(L, 3, LUA_TTABLE);
  dryad_lua_work work;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  const bool *stops = push_stops(L, 3, heap->graph);
  dryad_ancestors *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_ancestors_find(found, heap->graph, starts, stops, progress, &work.error));
  lua_createtable(L, (int)found->row_count, 0);
  int rows = lua_gettop(L);
  for (uint64_t i = 0; i < found->row_count; i++) {
    lua_createtable(L, 0, 3);
    dryad_lua_set_integer(L, "generation", found->rows[i].generation);
    dryad_lua_set_integer(L, "count", found->rows[i].count);
    dryad_lua_push_type(L, 4, heap->graph, found->rows[i].type);
    lua_setfield(L, -2, "type");
    lua_rawseti(L, rows, (lua_Integer)i + 1);
  }
  dryad_lua_push_steps(L, &found->pairs);
  return 2;
}

void dryad_lua_open_ancestors(lua_State *L)
{
  static const luaL_Reg functions[] = {{"ancestors", ancestors}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
