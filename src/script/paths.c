/* Paths: each comes to Lua as a list of the objects on the way. */
#include "core/graph.h"
#include "script/liveness.h"
#include "script/owned.h"
#include "script/work.h"

/* Pushes a list that takes over a path. */
static void push_path(lua_State *L, int box, dryad_lua_heap *heap, dryad_path *path)
{
  dryad_lua_list *list = dryad_lua_new_list(L, box, heap);
  list->ids = path->ids;
  list->count = path->count;
  *path = (dryad_path){0};
}

/* core.find_path(heap, from, to, reversed): a shortest path from any of a list to the nearest of another; nil: none. */
static int find_path(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_ids from = dryad_lua_list_ids(L, 2, heap), to = dryad_lua_list_ids(L, 3, heap);
  bool reversed = lua_toboolean(L, 4);
  dryad_lua_work work;
  lua_settop(L, 4);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 5, heap);
  dryad_path found;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_status status = dryad_path_find(&found, heap->graph, from, to, reversed, progress, &work.error);
  list->ids = found.ids;
  list->count = found.count;
  dryad_lua_work_end(&work, status);
  lua_settop(L, 6);
  return found.count ? 1 : 0;
}

typedef struct paths {
  uint32_t count;
  dryad_path paths[];
} paths;

static void destroy(void *block)
{
  paths *self = block;
  while (self->count > 0) dryad_path_deinit(&self->paths[--self->count]);
}

enum { MOST_PATHS = 1000 };

/* core.paths_from_roots(object, n): an array of up to n lists, each a different path from a root. */
static int paths_from_roots(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, false);
  lua_Integer wanted = luaL_checkinteger(L, 2);
  luaL_argcheck(L, wanted >= 1, 2, "at least one path must be asked for");
  if (wanted > MOST_PATHS) wanted = MOST_PATHS;
  dryad_lua_heap *heap = object->heap;
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_lua_push_box(L, 1);
  const dryad_roots *roots = dryad_lua_roots(L, heap);
  paths *found = dryad_lua_own(L, sizeof *found + (size_t)wanted * sizeof *found->paths, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_paths_from_roots(found->paths, (uint32_t)wanted, &found->count, heap->graph, roots,
                                                   object->id, progress, &work.error));
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
  static const luaL_Reg functions[] = {{"find_path", find_path}, {"paths_from_roots", paths_from_roots}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
