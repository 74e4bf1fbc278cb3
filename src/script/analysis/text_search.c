/* SPDX-License-Identifier: MIT */
#include "script/analysis/text_search.h"

#include <lauxlib.h>

#include "analysis/text_search.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/work.h"
#include "script/heap/class.h"

/* The text at `index`, and the number that it is for Lua. */
static dryad_sought_text read_sought(lua_State *L, int index)
{
  dryad_sought_text sought = {0};
  sought.text.data = luaL_checklstring(L, index, &sought.text.length);
  if (lua_stringtonumber(L, sought.text.data) != sought.text.length + 1) return sought;
  int is_integer;
  sought.integer = lua_tointegerx(L, -1, &is_integer);
  sought.is_integer = is_integer;
  sought.is_real = true;
  sought.real = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return sought;
}

/* core.with_text(heap, list or nil, text): the objects of the list, or of the heap, whose class, name or value has the
   text, in their order. See dryad_ids_with_text. */
static int with_text(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_lua_work work;
  lua_settop(L, 3);
  const dryad_sought_text sought = read_sought(L, 3);
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  const dryad_ids from = lua_isnil(L, 2) ? (dryad_ids){NULL, heap->graph->count} : dryad_lua_list_ids(L, 2, heap);
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 4, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work,
                     dryad_ids_with_text(classes, from, &sought, &list->ids, &list->count, progress, &work.error));
  lua_settop(L, 5);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_open_text_search(lua_State *L)
{
  lua_pushcfunction(L, with_text);
  lua_setfield(L, -2, "with_text");
}
