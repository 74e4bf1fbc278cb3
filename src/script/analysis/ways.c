/* SPDX-License-Identifier: MIT */
#include "script/analysis/ways.h"

#include "analysis/way_text.h"
#include "analysis/ways.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/work.h"

static void destroy(void *path) { dryad_path_deinit(path); }

/* Pushes the best way to the object at `index` as an owned block; NULL, and nothing pushed, if there is none. */
static dryad_path *push_best_way(lua_State *L, const dryad_lua_object *object)
{
  dryad_lua_heap *heap = object->heap;
  const dryad_levels *levels = dryad_lua_levels(L, heap);
  if (levels->levels[object->id] == DRYAD_NONE) return NULL;
  dryad_path *path = dryad_lua_own(L, sizeof *path, destroy);
  int place = lua_gettop(L);
  dryad_lua_work work;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_way_find(path, heap->graph, &heap->known, levels, object->id, progress, &work.error));
  lua_settop(L, place);
  return path;
}

/* Most ways are short: only a long one is written twice. */
enum { USUAL_BYTES = 512 };

static int push_text(lua_State *L, const dryad_way_text *text)
{
  char usual[USUAL_BYTES];
  dryad_writer w = {.buffer = usual, .capacity = sizeof usual};
  dryad_way_write(&w, text);
  if (w.needed < sizeof usual) {
    lua_pushlstring(L, usual, w.written);
  } else {
    luaL_Buffer buffer;
    dryad_writer again = {.capacity = w.needed + 1};
    again.buffer = luaL_buffinitsize(L, &buffer, again.capacity);
    dryad_way_write(&again, text);
    luaL_pushresultsize(&buffer, again.written);
  }
  dryad_lua_check_sound(L, text->graph);
  return 1;
}

/* core.way(object): the best way to it as text, or nil. */
static int way(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, true);
  if (object->type == DRYAD_NONE) return 0;
  const dryad_path *path = push_best_way(L, object);
  if (!path) return 0;
  const dryad_lua_heap *heap = object->heap;
  const dryad_way_text text = {
      heap->graph, &heap->known, dryad_heap_known_levels(heap->heap), {path->ids, path->count}, NULL};
  return push_text(L, &text);
}

/* core.best_way(object): a list of the objects on the best way to it, or nil. */
static int best_way(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, false);
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  dryad_path *path = push_best_way(L, object);
  if (!path) return 0;
  dryad_lua_list *list = dryad_lua_new_list(L, 2, object->heap);
  list->ids = path->ids;
  list->count = path->count;
  *path = (dryad_path){0};
  return 1;
}

/* core.way_text(list): the way along objects that each refer to the next. */
static int way_text(lua_State *L)
{
  const dryad_lua_list *list = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list->view.heap;
  dryad_lua_check_open(L, heap);
  const dryad_levels *levels = dryad_lua_levels(L, heap);
  const dryad_way_text text = {heap->graph, &heap->known, levels, dryad_lua_list_ids(L, 1, heap), NULL};
  luaL_argcheck(L, text.path.count > 0, 1, "must not be empty");
  for (uint64_t i = 0; i < text.path.count; i++) {
    bool is_there = text.path.ids[i] < heap->graph->count;
    if (is_there && i > 0)
      is_there = dryad_best_edge_between(heap->graph, &heap->known, text.path.ids[i - 1], text.path.ids[i]) !=
                 DRYAD_NO_POSITION;
    luaL_argcheck(L, is_there, 1, "must refer to each other");
  }
  return push_text(L, &text);
}

/* core.way_start(heap, text): the number of bytes that the start of a way takes, and the object; or nothing. */
static int way_start(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  size_t length;
  dryad_text text = {.data = luaL_checklstring(L, 2, &length)};
  text.length = length;
  lua_settop(L, 2);
  dryad_lua_push_box(L, 1);
  const dryad_way_text where = {heap->graph, &heap->known, dryad_lua_levels(L, heap), {NULL, 0}, NULL};
  dryad_id id = dryad_way_find_start(&where, text, &length);
  dryad_lua_check_sound(L, heap->graph);
  if (length == 0) return 0;
  lua_pushinteger(L, (lua_Integer)length);
  if (id == DRYAD_NONE) return 1;
  dryad_lua_push_object(L, 3, heap, id);
  return 2;
}

/* core.way_step(object, label, n): what its n-th reference with this label leads to, or nil. */
static int way_step(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, true);
  size_t length;
  const char *label = luaL_checklstring(L, 2, &length);
  lua_Integer n = luaL_optinteger(L, 3, 1);
  if (object->type == DRYAD_NONE || n < 1) return 0;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  dryad_lua_heap *heap = object->heap;
  uint64_t position =
      dryad_way_find_step(heap->graph, &heap->known, object->id, (dryad_text){label, length}, (uint64_t)n);
  dryad_lua_check_sound(L, heap->graph);
  if (position == DRYAD_NO_POSITION) return 0;
  dryad_lua_push_object(L, 4, heap, dryad_children(heap->graph, object->id).ids[position]);
  return 1;
}

void dryad_lua_open_ways(lua_State *L)
{
  static const luaL_Reg functions[] = {{"way", way},           {"best_way", best_way},
                                       {"way_text", way_text}, {"way_start", way_start},
                                       {"way_step", way_step}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  lua_pushinteger(L, DRYAD_WAY_BYTES);
  lua_setfield(L, -2, "WAY_BYTES");
}
