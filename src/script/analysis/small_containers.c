/* SPDX-License-Identifier: MIT */
#include "script/analysis/small_containers.h"

#include "analysis/small_containers.h"
#include "graph/graph.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"

typedef struct found {
  const dryad_allocator *allocator;
  dryad_small_containers *rows;
  uint32_t count;
} found;

static void destroy(void *block)
{
  found *self = block;
  dryad_free(self->allocator, self->rows, self->count, sizeof *self->rows);
}

/* core.small_containers(heap, few): for each type of which an object has at most `few` items {type, count (of all its
   objects), empty, empty_size, few, few_size}: how many are empty, how many are not, but hold at most `few` items and
   are larger than the smallest empty one, and their bytes. */
static int small_containers(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const lua_Integer few = luaL_checkinteger(L, 2);
  dryad_lua_work work;
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  found *all = dryad_lua_own(L, sizeof *all, destroy);
  all->allocator = heap->graph->allocator;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work,
                     dryad_small_containers_find(&all->rows, &all->count, heap->graph, few, progress, &work.error));
  lua_settop(L, 3);
  lua_createtable(L, all->count < INT32_MAX ? (int)all->count : 0, 0);
  for (uint32_t i = 0; i < all->count; i++) {
    const dryad_small_containers *row = &all->rows[i];
    lua_createtable(L, 0, 6);
    dryad_lua_push_type(L, 2, heap->graph, row->type);
    lua_setfield(L, -2, "type");
    dryad_lua_set_integer(L, "count", row->count);
    dryad_lua_set_integer(L, "empty", row->empty);
    dryad_lua_set_integer(L, "empty_size", row->empty_size);
    dryad_lua_set_integer(L, "few", row->nearly);
    dryad_lua_set_integer(L, "few_size", row->nearly_size);
    lua_rawseti(L, 4, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_small_containers(lua_State *L)
{
  lua_pushcfunction(L, small_containers);
  lua_setfield(L, -2, "small_containers");
}
