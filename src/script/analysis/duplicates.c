/* SPDX-License-Identifier: MIT */
#include "script/analysis/duplicates.h"

#include "analysis/duplicates.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"

typedef struct found {
  const dryad_allocator *allocator;
  dryad_duplicate *groups;
  uint64_t count;
} found;

static void destroy(void *block)
{
  found *self = block;
  dryad_free(self->allocator, self->groups, self->count, sizeof *self->groups);
}

static void push_group(lua_State *L, int box, const dryad_graph *graph, const dryad_duplicate *group)
{
  lua_createtable(L, 0, 7);
  dryad_lua_push_type(L, box, graph, dryad_types(graph)[group->id]);
  lua_setfield(L, -2, "type");
  dryad_lua_push_value(L, graph, group->id);
  lua_setfield(L, -2, "value");
  dryad_lua_push_len(L, graph, group->id);
  lua_setfield(L, -2, "len");
  dryad_lua_set_integer(L, "count", group->count);
  dryad_lua_set_integer(L, "size", group->size);
  dryad_lua_set_integer(L, "wasted", group->wasted);
  dryad_lua_set_integer(L, "address", dryad_graph_address(graph, group->id));
}

/* core.duplicates(heap, most): an array of {type, value, len, count, size, wasted, address}, the most wasted first; at
   most `most`, all of them for nil. Then the number of redundant strings in all, and the bytes wasted by them. */
static int duplicates(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const lua_Integer most = luaL_optinteger(L, 2, LUA_MAXINTEGER);
  dryad_lua_work work;
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  found *all = dryad_lua_own(L, sizeof *all, destroy);
  all->allocator = heap->graph->allocator;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_duplicates_find(&all->groups, &all->count, heap->graph, progress, &work.error));
  lua_settop(L, 3);
  lua_newtable(L);
  uint64_t redundant = 0, wasted = 0;
  for (uint64_t i = 0; i < all->count; i++) {
    redundant += all->groups[i].count - 1;
    wasted = dryad_add_sizes(wasted, all->groups[i].wasted);
    if ((lua_Integer)i >= most) continue;
    push_group(L, 2, heap->graph, &all->groups[i]);
    lua_rawseti(L, 4, (lua_Integer)i + 1);
  }
  lua_pushinteger(L, (lua_Integer)redundant);
  lua_pushinteger(L, (lua_Integer)wasted);
  return 3;
}

/* core.redundancy(heap, list): {strings, redundant, wasted}, of the strings whose whole text the dump holds. */
static int redundancy(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const dryad_ids objects = dryad_lua_list_ids(L, 2, heap);
  dryad_redundancy all;
  dryad_error error;
  dryad_lua_check(L, dryad_redundancy_find(&all, heap->graph, objects, &error), &error);
  lua_createtable(L, 0, 3);
  dryad_lua_set_integer(L, "strings", all.strings);
  dryad_lua_set_integer(L, "redundant", all.redundant);
  dryad_lua_set_integer(L, "wasted", all.wasted);
  return 1;
}

void dryad_lua_open_duplicates(lua_State *L)
{
  lua_pushcfunction(L, redundancy);
  lua_setfield(L, -2, "redundancy");
  lua_pushcfunction(L, duplicates);
  lua_setfield(L, -2, "duplicates");
}
