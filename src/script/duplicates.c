#include "core/duplicates.h"

#include "core/graph.h"
#include "script/script.h"
#include "script/work.h"

/* Owns duplicates until they are Lua tables. */
#define HOLDER "dryad.duplicates_holder"

typedef struct holder {
  const dryad_allocator *allocator;
  dryad_duplicate *groups;
  uint64_t count;
} holder;

static int holder_gc(lua_State *L)
{
  holder *self = lua_touserdata(L, 1);
  dryad_free(self->allocator, self->groups, self->count, sizeof *self->groups);
  self->groups = NULL;
  return 0;
}

static void push_group(lua_State *L, int box, const dryad_graph *graph, const dryad_duplicate *group)
{
  int64_t len;
  const struct {
    const char *name;
    uint64_t number;
  } integers[] = {{"count", group->count},
                  {"size", group->size},
                  {"wasted", group->wasted},
                  {"address", dryad_graph_address(graph, group->id)}};
  lua_createtable(L, 0, 7);
  dryad_lua_push_type(L, box, graph, dryad_types(graph)[group->id]);
  lua_setfield(L, -2, "type");
  dryad_lua_push_value(L, graph, group->id);
  lua_setfield(L, -2, "value");
  if (dryad_graph_len(graph, group->id, &len)) {
    lua_pushinteger(L, len);
    lua_setfield(L, -2, "len");
  }
  for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
    lua_pushinteger(L, (lua_Integer)integers[i].number);
    lua_setfield(L, -2, integers[i].name);
  }
}

/* core.duplicates(heap): an array of {type, value, len, count, size, wasted, address}, the most wasted first. */
static int duplicates(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_lua_work work;
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  holder *found = lua_newuserdatauv(L, sizeof *found, 0);
  *found = (holder){.allocator = heap->graph->allocator};
  luaL_setmetatable(L, HOLDER);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_duplicates_find(&found->groups, &found->count, heap->graph, progress, &work.error));
  lua_settop(L, 3);
  lua_createtable(L, found->count < INT32_MAX ? (int)found->count : 0, 0);
  for (uint64_t i = 0; i < found->count; i++) {
    push_group(L, 2, heap->graph, &found->groups[i]);
    lua_rawseti(L, 4, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_duplicates(lua_State *L)
{
  luaL_newmetatable(L, HOLDER);
  lua_pushcfunction(L, holder_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  lua_pushcfunction(L, duplicates);
  lua_setfield(L, -2, "duplicates");
}
