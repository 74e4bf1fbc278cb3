/* SPDX-License-Identifier: MIT */
#include "script/base/ids.h"

#include <string.h>

#include "base/memory.h"
#include "script/base/fail.h"
#include "script/base/owned.h"

/* ---- making lists ---- */

static void release(dryad_lua_view *view)
{
  dryad_lua_list *self = (dryad_lua_list *)view;
  dryad_free(view->graph->allocator, self->ids, self->count, sizeof *self->ids);
  self->ids = NULL;
  self->count = 0;
}

dryad_lua_list *dryad_lua_new_list(lua_State *L, int box, dryad_lua_heap *heap)
{
  dryad_lua_list *self = lua_newuserdatauv(L, sizeof *self, 1);
  memset(self, 0, sizeof *self);
  luaL_setmetatable(L, DRYAD_LUA_LIST);
  lua_pushvalue(L, box);
  lua_setiuservalue(L, -2, 1);
  dryad_lua_view_hold(&self->view, heap, release);
  return self;
}

void dryad_lua_reserve_ids(lua_State *L, dryad_lua_list *list, uint64_t count)
{
  list->ids = dryad_alloc(list->view.graph->allocator, count, sizeof *list->ids);
  if (!list->ids) dryad_lua_fail(L, "out of memory");
  list->count = count;
}

int dryad_lua_push_ids(lua_State *L, int box, dryad_lua_heap *heap, dryad_ids ids)
{
  dryad_lua_list *list = dryad_lua_new_list(L, box, heap);
  dryad_lua_reserve_ids(L, list, ids.count);
  if (ids.count) memcpy(list->ids, ids.ids, ids.count * sizeof *list->ids);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_shrink_ids(lua_State *L, dryad_lua_list *list, uint64_t count)
{
  dryad_id *ids = dryad_realloc(list->view.graph->allocator, list->ids, list->count, count, sizeof *ids);
  if (!ids) dryad_lua_fail(L, "out of memory");
  list->ids = ids;
  list->count = count;
}

void dryad_lua_weigh_ids(lua_State *L, const dryad_lua_list *list)
{
  dryad_lua_weigh(L, list->count * sizeof *list->ids);
}

/* ---- using them ---- */

dryad_lua_list *dryad_lua_check_list_open(lua_State *L, dryad_lua_list *list)
{
  if (!list->view.graph) dryad_lua_fail(L, "the heap of this list is closed");
  return list;
}

int dryad_lua_fail_gone_at(lua_State *L, const dryad_lua_list *list, uint64_t i)
{
  const dryad_graph *graph = list->view.graph;
  dryad_id id = list->ids[i];
  return dryad_lua_fail_gone(L, list->view.heap, id < graph->count ? dryad_types(graph)[id] : DRYAD_NONE,
                             dryad_addresses(graph)[id]);
}

void dryad_lua_catch_up(lua_State *L, dryad_lua_list *list)
{
  const dryad_graph *now = list->view.heap->graph;
  if (list->view.graph == now) return;
  for (uint64_t i = 0; i < list->count; i++)
    if (dryad_lua_list_id(list, i) == DRYAD_NONE) dryad_lua_fail_gone_at(L, list, i);
  for (uint64_t i = 0; i < list->count; i++) list->ids[i] = dryad_lua_list_id(list, i);
  dryad_graph_release(list->view.graph);
  list->view.graph = dryad_graph_retain(now);
}

dryad_ids dryad_lua_list_ids(lua_State *L, int index, const dryad_lua_heap *heap)
{
  if (lua_isnoneornil(L, index)) return (dryad_ids){NULL, 0};
  dryad_lua_list *list = dryad_lua_check_list_open(L, luaL_checkudata(L, index, DRYAD_LUA_LIST));
  if (list->view.heap != heap) dryad_lua_fail(L, "the objects are of another heap");
  dryad_lua_catch_up(L, list);
  return (dryad_ids){list->ids, list->count};
}
