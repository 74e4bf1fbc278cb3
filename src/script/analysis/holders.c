/* SPDX-License-Identifier: MIT */
#include "script/analysis/holders.h"

#include "analysis/holders.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/edge.h"

typedef struct found {
  const dryad_allocator *allocator;
  dryad_holder *holders;
  uint64_t count;
} found;

static void destroy(void *block)
{
  found *self = block;
  dryad_free(self->allocator, self->holders, self->count, sizeof *self->holders);
}

static void push_holder(lua_State *L, int box, dryad_lua_heap *heap, const dryad_holder *holder)
{
  lua_createtable(L, 0, 6);
  dryad_lua_push_object(L, box, heap, holder->object);
  lua_setfield(L, -2, "object");
  dryad_lua_push_type(L, box, heap->graph, dryad_types(heap->graph)[holder->object]);
  lua_setfield(L, -2, "type");
  dryad_lua_set_integer(L, "objects", holder->objects);
  dryad_lua_set_integer(L, "held", holder->held);
  if (holder->held == 1)
    dryad_lua_push_edge(L, heap, &holder->edge);
  else
    dryad_lua_push_edge_class(L, heap, &holder->edge);
  lua_setfield(L, -2, "label");
}

/* core.holders(list, least, most): an array of at most `most` {object, type, objects, held, label}, those that hold
   most first; an object that holds at least `least` objects of the list gets its own entry. */
static int holders(lua_State *L)
{
  const dryad_lua_list *list = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list->view.heap;
  lua_Integer least = luaL_checkinteger(L, 2), most = luaL_checkinteger(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  dryad_lua_check_open(L, heap);
  dryad_ids objects = dryad_lua_list_ids(L, 1, heap);
  found *all = dryad_lua_own(L, sizeof *all, destroy);
  all->allocator = heap->graph->allocator;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_holders_find(&all->holders, &all->count, heap->graph, &heap->known, objects,
                                               least > 0 ? (uint64_t)least : 1, progress, &work.error));
  lua_settop(L, 5);
  lua_newtable(L);
  for (uint64_t i = 0; i < all->count && (lua_Integer)i < most; i++) {
    push_holder(L, 4, heap, &all->holders[i]);
    lua_rawseti(L, 6, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_holders(lua_State *L)
{
  lua_pushcfunction(L, holders);
  lua_setfield(L, -2, "holders");
}
