/* SPDX-License-Identifier: MIT */
#include "script/analysis/cycles.h"

#include <string.h>

#include "analysis/cycles.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/class.h"
#include "script/heap/edge.h"

static void destroy(void *cycles) { dryad_cycles_deinit(cycles); }

/* The rank of a class: the nearer to the program's own, the lower. */
static unsigned char rank_of(const dryad_classes *classes, dryad_id id)
{
  static const unsigned char ranks[] = {[DRYAD_CLASS_OF_PROGRAM] = 0,
                                        [DRYAD_CLASS_OF_PACKAGE] = 1,
                                        [DRYAD_CLASS_OF_STANDARD_LIBRARY] = 2,
                                        [DRYAD_CLASS_OF_INTERPRETER] = 2};
  return ranks[dryad_class_origin_of(classes, dryad_class_number(classes, id))];
}

/* Pushes, in a block owned by Lua, what the types of these objects mean: the table at `ranks` has numbers by type name
   for some types of the interpreter, that at `named` has the names of those whose objects have names. */
static const dryad_cycle_type *push_types(lua_State *L, int ranks, int named, const dryad_classes *classes,
                                          dryad_ids objects)
{
  const dryad_graph *graph = classes->graph;
  uint32_t type_count = dryad_graph_type_count(graph);
  dryad_cycle_type *types = lua_newuserdatauv(L, (type_count + 1) * sizeof *types, 0);
  memset(types, 0, (type_count + 1) * sizeof *types);
  for (uint64_t i = 0; i < objects.count; i++)
    if (objects.ids[i] < graph->count)
      types[dryad_types(graph)[objects.ids[i]]].rank = rank_of(classes, objects.ids[i]);
  for (lua_pushnil(L); lua_next(L, ranks) != 0; lua_pop(L, 1)) {
    size_t length;
    lua_pushvalue(L, -2); /* a copy: converting the key to text would confuse lua_next */
    const char *name = luaL_checklstring(L, -1, &length);
    uint32_t type = dryad_graph_find_type(graph, name, length);
    lua_getfield(L, named, name);
    if (type != DRYAD_NONE && types[type].rank > 1)
      types[type] = (dryad_cycle_type){(unsigned char)luaL_checkinteger(L, -3), lua_toboolean(L, -1)};
    lua_pop(L, 2);
  }
  return types;
}

static void push_shape(lua_State *L, int box, dryad_lua_heap *heap, const dryad_cycles *all,
                       const dryad_cycle_shape *shape)
{
  const dryad_cycle_step *steps = (const dryad_cycle_step *)all->steps.data + shape->first_step;
  lua_createtable(L, (int)shape->step_count, 4);
  dryad_lua_set_integer(L, "cycles", shape->cycles);
  dryad_lua_set_integer(L, "count", shape->objects);
  dryad_lua_set_integer(L, "size", shape->size);
  dryad_lua_set_integer(L, "length", shape->length);
  for (uint64_t i = 0; i < shape->step_count; i++) {
    lua_createtable(L, 0, 2);
    dryad_lua_push_object(L, box, heap, steps[i].object);
    lua_setfield(L, -2, "object");
    dryad_lua_push_edge_class(L, heap, &steps[i].edge);
    lua_setfield(L, -2, "label");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* core.cycles(list, names, most): an array of at most `most` shapes of cycles among the objects of a list, those of
   most bytes first: {cycles, count, size, length, {object, label}, ...}. A cycle starts at an object of a type that the
   array does not name, if it has one. */
static int cycles(lua_State *L)
{
  const dryad_lua_list *list = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list->view.heap;
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_Integer most = luaL_checkinteger(L, 4);
  dryad_lua_work work;
  lua_settop(L, 4);
  dryad_lua_push_box(L, 1);
  dryad_lua_check_open(L, heap);
  dryad_ids objects = dryad_lua_list_ids(L, 1, heap);
  const dryad_cycle_type *types = push_types(L, 2, 3, dryad_lua_classes(L, heap), objects);
  dryad_cycles *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_cycles_find(found, heap->graph, &heap->known, objects, types, progress, &work.error));
  lua_settop(L, 7);
  lua_newtable(L);
  for (uint64_t i = 0; i < found->count && (lua_Integer)i < most; i++) {
    push_shape(L, 5, heap, found, &((const dryad_cycle_shape *)found->shapes.data)[i]);
    lua_rawseti(L, 8, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_cycles(lua_State *L)
{
  lua_pushcfunction(L, cycles);
  lua_setfield(L, -2, "cycles");
}
