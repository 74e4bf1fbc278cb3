/* SPDX-License-Identifier: MIT */
/* Iterators over all objects, and over the objects reachable from some. */
#include "script/heap/walk.h"

#include <string.h>

#include "analysis/depth_first.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/work.h"

#define TYPE "dryad.walk"

/* ---- heap:objects ---- */

typedef struct cursor {
  dryad_lua_heap *heap;
  uint64_t version;
  uint32_t type; /* DRYAD_NONE: any */
  dryad_id next;
} cursor;

/* Upvalues: the cursor, the box. */
static int next_object(lua_State *L)
{
  cursor *at = lua_touserdata(L, lua_upvalueindex(1));
  dryad_lua_heap *heap = at->heap;
  dryad_lua_check_open(L, heap);
  if (heap->version != at->version) return dryad_lua_fail(L, "the heap was changed while a loop went over its objects");
  const uint32_t *types = dryad_types(heap->graph);
  uint32_t count = heap->graph->count;
  while (at->next < count && at->type != DRYAD_NONE && types[at->next] != at->type) at->next++;
  dryad_lua_check_sound(L, heap->graph);
  if (at->next >= count) return 0;
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(2));
  dryad_lua_push_object(L, 1, heap, at->next++);
  return 1;
}

/* core.objects(heap, type or nil): the iterator. */
static int objects(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  size_t length;
  const char *name = luaL_optlstring(L, 2, NULL, &length);
  cursor *at = lua_newuserdatauv(L, sizeof *at, 0);
  *at = (cursor){.heap = heap, .version = heap->version, .type = DRYAD_NONE};
  if (name) {
    at->type = dryad_graph_find_type(heap->graph, name, length);
    if (at->type == DRYAD_NONE) at->next = heap->graph->count;
  }
  dryad_lua_push_box(L, 1);
  lua_pushcclosure(L, next_object, 2);
  return 1;
}

/* ---- iter_recursive_refs ---- */

typedef struct walk {
  dryad_lua_view view;
  dryad_walk walk;
  dryad_id start;
} walk;

static void release(dryad_lua_view *view) { dryad_walk_deinit(&((walk *)view)->walk); }

static int walk_close(lua_State *L)
{
  dryad_lua_view_drop(lua_touserdata(L, 1));
  return 0;
}

/* Upvalues: the walk, the box. */
static int next_reached(lua_State *L)
{
  walk *self = lua_touserdata(L, lua_upvalueindex(1));
  dryad_error error;
  dryad_id id;
  if (!self->view.graph) return 0;
  if (self->view.graph != self->view.heap->graph)
    return dryad_lua_fail(L, "the heap was changed while a loop went over its objects");
  dryad_lua_check(L, dryad_walk_next(&self->walk, &id, &error), &error);
  dryad_lua_check_sound(L, self->view.graph);
  if (id == DRYAD_NONE) {
    dryad_lua_view_drop(&self->view);
    return 0;
  }
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(2));
  dryad_lua_push_object(L, 1, self->view.heap, id);
  return 1;
}

/* core.walk(object, excluded list or nil): an iterator over the reachable objects, for a generic `for`. */
static int walk_from(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, true);
  dryad_ids excluded = dryad_lua_list_ids(L, 2, object->heap);
  dryad_error error;
  walk *self = lua_newuserdatauv(L, sizeof *self, 1);
  memset(self, 0, sizeof *self);
  luaL_setmetatable(L, TYPE);
  int at = lua_gettop(L);
  dryad_lua_push_box(L, 1);
  lua_setiuservalue(L, at, 1);
  dryad_lua_view_hold(&self->view, object->heap, release);
  self->start = object->id;
  dryad_lua_check(
      L, dryad_walk_init(&self->walk, self->view.graph, &self->start, 1, excluded.ids, excluded.count, &error), &error);
  lua_pushvalue(L, at);
  dryad_lua_push_box(L, 1);
  lua_pushcclosure(L, next_reached, 2);
  lua_pushnil(L);
  lua_pushnil(L);
  lua_pushvalue(L, at);
  return 4;
}

/* ---- reachable objects ---- */

/* core.reach(list, excluded list or nil): a list of the objects reachable from its objects, in address order. */
static int reach(lua_State *L)
{
  const dryad_lua_list *from = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = from->view.heap;
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_ids starts = dryad_lua_list_ids(L, 1, heap), excluded = dryad_lua_list_ids(L, 2, heap);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 3, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_reach(heap->graph, starts.ids, starts.count, excluded.ids, excluded.count, &list->ids,
                                        &list->count, NULL, progress, &work.error));
  lua_settop(L, 4);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

/* core.reach_within(list, within): a list of the objects of a list of distinct ones that can be reached from another
   one by references among them, in their order. */
static int reach_within(lua_State *L)
{
  const dryad_lua_list *from = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = from->view.heap;
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_ids starts = dryad_lua_list_ids(L, 1, heap), within = dryad_lua_list_ids(L, 2, heap);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 3, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work,
                     dryad_reach_within(heap->graph, starts, within, &list->ids, &list->count, progress, &work.error));
  lua_settop(L, 4);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

/* core.compute_total_size(object, excluded list or nil): the reachable bytes, also in its field total_size from then
 * on.
 */
static int compute_total_size(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  dryad_lua_heap *heap = self->heap;
  dryad_lua_work work;
  uint64_t size = 0;
  lua_settop(L, 2);
  dryad_ids excluded = dryad_lua_list_ids(L, 2, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_reach(heap->graph, &self->id, 1, excluded.ids, excluded.count, NULL, NULL, &size,
                                        progress, &work.error));
  lua_settop(L, 2);
  dryad_lua_push_box(L, 1);
  lua_rawgeti(L, -1, BOX_TOTALS);
  lua_pushinteger(L, (lua_Integer)size);
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, self->id);
  return 1;
}

void dryad_lua_open_walk(lua_State *L)
{
  static const luaL_Reg metamethods[] = {{"__gc", walk_close}, {"__close", walk_close}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"objects", objects},
                                       {"walk", walk_from},
                                       {"reach", reach},
                                       {"reach_within", reach_within},
                                       {"compute_total_size", compute_total_size},
                                       {NULL, NULL}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
