/* SPDX-License-Identifier: MIT */
/* Paths: each becomes a list of the objects along it. */
#include "script/analysis/paths.h"

#include "analysis/ways.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/work.h"

enum { ROOM_AT_FIRST = 1000 };

/* Pushes a list that takes ownership of a path. */
static void push_path(lua_State *L, int box, dryad_lua_heap *heap, dryad_path *path)
{
  dryad_lua_list *list = dryad_lua_new_list(L, box, heap);
  list->ids = path->ids;
  list->count = path->count;
  *path = (dryad_path){0};
}

void dryad_lua_push_steps(lua_State *L, const dryad_steps *steps)
{
  const uint64_t *counts = steps->counts.data;
  lua_createtable(L, (int)(steps->count < ROOM_AT_FIRST ? steps->count : ROOM_AT_FIRST), 0);
  for (uint64_t i = 0; i < steps->count; i++) {
    lua_pushinteger(L, (lua_Integer)counts[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

typedef struct paths {
  dryad_steps steps;
  uint32_t count;
  dryad_path paths[];
} paths;

static void destroy(void *block)
{
  paths *self = block;
  dryad_steps_deinit(&self->steps);
  while (self->count > 0) dryad_path_deinit(&self->paths[--self->count]);
}

static paths *push_paths(lua_State *L, uint64_t most)
{
  return dryad_lua_own(L, sizeof(paths) + (size_t)most * sizeof(dryad_path), destroy);
}

/* core.find_path(heap, from, to, reversed, excluded): a shortest path from any object of a list to the nearest one of
   another, or nil; and an array with the number of objects that each step of the search found. */
static int find_path(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  lua_settop(L, 5);
  dryad_ids from = dryad_lua_list_ids(L, 2, heap), to = dryad_lua_list_ids(L, 3, heap);
  dryad_ids excluded = dryad_lua_list_ids(L, 5, heap);
  bool reversed = lua_toboolean(L, 4);
  dryad_lua_work work;
  dryad_lua_push_box(L, 1);
  paths *found = push_paths(L, 1);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_status status = dryad_path_find_in_steps(&found->paths[0], &found->steps, heap->graph, from, to, excluded,
                                                 reversed, progress, &work.error);
  found->count = 1;
  dryad_lua_work_end(&work, status);
  if (found->paths[0].count)
    push_path(L, 6, heap, &found->paths[0]);
  else
    lua_pushnil(L);
  dryad_lua_push_steps(L, &found->steps);
  return 2;
}

/* core.find_paths(heap, from, to, reversed, excluded): an array with a shortest path to each of `to`, false where there
   is none; and an array with the number of objects that each step of the search found. */
static int find_paths(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  lua_settop(L, 5);
  dryad_ids from = dryad_lua_list_ids(L, 2, heap), to = dryad_lua_list_ids(L, 3, heap);
  dryad_ids excluded = dryad_lua_list_ids(L, 5, heap);
  bool reversed = lua_toboolean(L, 4);
  dryad_lua_work work;
  dryad_lua_push_box(L, 1);
  if (to.count > UINT32_MAX) return dryad_lua_fail(L, "find_paths: too many targets");
  paths *found = push_paths(L, to.count);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_status status = dryad_paths_to_each(found->paths, &found->steps, heap->graph, from, to, excluded, reversed,
                                            progress, &work.error);
  found->count = (uint32_t)to.count;
  dryad_lua_work_end(&work, status);
  lua_newtable(L);
  int array = lua_gettop(L);
  for (uint32_t i = 0; i < found->count; i++) {
    if (found->paths[i].count)
      push_path(L, 6, heap, &found->paths[i]);
    else
      lua_pushboolean(L, false);
    lua_rawseti(L, array, (lua_Integer)i + 1);
  }
  dryad_lua_push_steps(L, &found->steps);
  return 2;
}

enum { MOST_PATHS = 1000 };

/* core.paths_from_roots(object, n): an array of up to n lists, each a different path from a root; the first is the best
   way. */
static int paths_from_roots(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, false);
  lua_Integer wanted = luaL_checkinteger(L, 2);
  luaL_argcheck(L, wanted >= 1, 2, "must be at least 1");
  if (wanted > MOST_PATHS) wanted = MOST_PATHS;
  dryad_lua_heap *heap = object->heap;
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_lua_push_box(L, 1);
  const dryad_levels *levels = dryad_lua_levels(L, heap);
  const dryad_roots *roots = dryad_lua_roots(L, heap);
  paths *found = push_paths(L, (uint64_t)wanted);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_ways_to(found->paths, (uint32_t)wanted, &found->count, heap->graph, &heap->known,
                                          levels, roots, object->id, progress, &work.error));
  lua_settop(L, 4);
  lua_createtable(L, (int)found->count, 0);
  for (uint32_t i = 0; i < found->count; i++) {
    push_path(L, 3, heap, &found->paths[i]);
    lua_rawseti(L, 5, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_paths(lua_State *L)
{
  static const luaL_Reg functions[] = {
      {"find_path", find_path}, {"find_paths", find_paths}, {"paths_from_roots", paths_from_roots}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
