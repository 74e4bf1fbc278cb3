/* SPDX-License-Identifier: MIT */
#include "script/heap/list.h"

#include <string.h>

#include "analysis/dominators.h"
#include "graph/default_order.h"
#include "graph/graph.h"
#include "graph/idlist.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/types.h"

static int list_gc(lua_State *L)
{
  dryad_lua_view_drop(lua_touserdata(L, 1));
  return 0;
}

/* The self of a method, in the heap's current graph. */
static dryad_lua_list *check(lua_State *L, const char *method)
{
  dryad_lua_list *self = dryad_lua_check_list_open(L, dryad_lua_check_self(L, DRYAD_LUA_LIST, method));
  dryad_lua_catch_up(L, self);
  return self;
}

/* ---- creating lists; each function pushes one ---- */

static dryad_lua_list *push_like(lua_State *L, const dryad_lua_list *self)
{
  dryad_lua_push_box(L, 1);
  return dryad_lua_new_list(L, lua_gettop(L), self->view.heap);
}

/* For a list that the core filled. */
static int finish(lua_State *L, const dryad_lua_list *list, dryad_status status, const dryad_error *error)
{
  dryad_lua_check(L, status, error);
  dryad_lua_check_sound(L, list->view.graph);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

/* Pushes a list with room for `count` ids. */
static dryad_lua_list *push_room(lua_State *L, const dryad_lua_list *self, uint64_t count)
{
  dryad_lua_list *list = push_like(L, self);
  dryad_lua_reserve_ids(L, list, count);
  dryad_lua_weigh_ids(L, list);
  return list;
}

/* core.list_of_type(heap, name or nil): the objects of a type, or all, in address order. */
static int list_of_type(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  size_t length;
  const char *name = luaL_optlstring(L, 2, NULL, &length);
  const dryad_type_index *index;
  dryad_error error;
  dryad_lua_push_box(L, 1);
  if (!name) {
    dryad_lua_list *list = dryad_lua_new_list(L, lua_gettop(L), heap);
    return finish(L, list, dryad_ids_of_type(heap->graph, DRYAD_NONE, &list->ids, &list->count, &error), &error);
  }
  dryad_lua_check(L, dryad_heap_type_index(heap->heap, &index, &error), &error);
  uint32_t type = dryad_type_index_find(index, heap->graph, (dryad_text){name, length});
  return dryad_lua_push_ids(L, lua_gettop(L), heap, dryad_type_index_ids(index, type));
}

/* core.list_of(heap, array): a list of the objects and addresses in an array, in its order. */
static int list_of(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_Unsigned count = lua_rawlen(L, 2);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, lua_gettop(L), heap);
  dryad_lua_reserve_ids(L, list, count);
  dryad_lua_weigh_ids(L, list);
  for (lua_Unsigned i = 0; i < count; i++) {
    list->ids[i] = DRYAD_NONE;
    lua_rawgeti(L, 2, (lua_Integer)i + 1);
    const dryad_lua_object *object = luaL_testudata(L, -1, DRYAD_LUA_OBJECT);
    uint64_t address;
    if (object) {
      dryad_lua_check_object(L, lua_gettop(L), true);
      if (object->heap != heap) return dryad_lua_fail(L, "object %d is of another heap", (int)i + 1);
      list->ids[i] = object->id;
    } else if (dryad_lua_to_address(L, -1, &address)) {
      list->ids[i] = dryad_graph_find_any(heap->graph, address);
      dryad_lua_check_sound(L, heap->graph);
      if (list->ids[i] == DRYAD_NONE)
        return dryad_lua_fail(L, "no object has the address %s", luaL_tolstring(L, -1, NULL));
    } else {
      return dryad_lua_fail(L, "neither an object nor an address: %s", luaL_tolstring(L, -1, NULL));
    }
    lua_settop(L, 4);
  }
  return 1;
}

/* core.pick(list, positions): the objects at these positions, in that order. */
static int pick(lua_State *L)
{
  dryad_lua_list *self = check(L, "pick");
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_Unsigned count = lua_rawlen(L, 2);
  dryad_lua_list *list = push_room(L, self, count);
  memset(list->ids, 0, count * sizeof *list->ids);
  for (lua_Unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, 2, (lua_Integer)i + 1);
    lua_Integer position = luaL_checkinteger(L, -1);
    luaL_argcheck(L, position >= 1 && (uint64_t)position <= self->count, 2, "no such position");
    list->ids[i] = self->ids[position - 1];
    lua_pop(L, 1);
  }
  return 1;
}

/* core.in_default_order(list): the list in the order of get_all. */
static int in_default_order(lua_State *L)
{
  dryad_lua_list *self = check(L, "in_default_order");
  dryad_error error;
  dryad_lua_list *list = push_room(L, self, self->count);
  dryad_ids ids = {self->ids, self->count};
  return finish(L, list, dryad_ids_default_order(self->view.graph, ids, list->ids, &error), &error);
}

/* A numeric field of objects: one of the core's or, with `dominators`, the retained size. */
typedef struct number_field {
  dryad_field field;
  const dryad_dominators *dominators;
} number_field;

/* The field that the text at `index` names; false if it is not a numeric field. */
static bool find_number_field(lua_State *L, int index, dryad_lua_heap *heap, number_field *out)
{
  static const char *const names[] = {"address", "size", "len", "num_refs", "num_parents"};
  const char *name = luaL_checkstring(L, index);
  *out = (number_field){0};
  if (strcmp(name, "retained_size") == 0) {
    out->dominators = dryad_lua_dominators(L, heap);
    return true;
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(name, names[i]) != 0) continue;
    out->field = (dryad_field)i;
    return true;
  }
  return false;
}

/* false: the object has no such number. */
static bool get_number(const number_field *of, const dryad_graph *graph, dryad_id id, int64_t *value)
{
  if (!of->dominators) return dryad_field_get(graph, id, of->field, value);
  *value = id < graph->count ? (int64_t)dryad_dominators_retained(of->dominators, id) : 0;
  return true;
}

/* core.sorted(list, field, descending): sorts by a numeric field, stably, with objects that lack it last; nil for
   any other field. Addresses compare as unsigned. */
static int sorted(lua_State *L)
{
  dryad_lua_list *self = check(L, "sort");
  number_field field;
  bool descending = lua_toboolean(L, 3);
  if (!find_number_field(L, 2, self->view.heap, &field)) return 0;
  const dryad_graph *graph = self->view.graph;
  dryad_lua_list *list = push_room(L, self, self->count);
  memcpy(list->ids, self->ids, self->count * sizeof *list->ids);
  int64_t *keys = dryad_alloc(graph->allocator, self->count, sizeof *keys);
  if (!keys) return dryad_lua_fail(L, "out of memory");
  for (uint64_t i = 0; i < self->count; i++) {
    if (!get_number(&field, graph, self->ids[i], &keys[i])) keys[i] = descending ? INT64_MIN : INT64_MAX;
    if (!field.dominators && field.field == DRYAD_FIELD_ADDRESS) keys[i] ^= INT64_MIN;
  }
  dryad_error error;
  dryad_status status = dryad_ids_sort(graph, list->ids, keys, self->count, descending, &error);
  dryad_free(graph->allocator, keys, self->count, sizeof *keys);
  return finish(L, list, status, &error);
}

/* core.sum(list, field): the sum of a numeric field, at most the largest integer; nil for any other field. */
static int sum(lua_State *L)
{
  dryad_lua_list *self = check(L, "sum");
  number_field field;
  if (!find_number_field(L, 2, self->view.heap, &field)) return 0;
  int64_t total = 0, value;
  for (uint64_t i = 0; i < self->count; i++)
    if (self->ids[i] < self->view.graph->count && get_number(&field, self->view.graph, self->ids[i], &value) &&
        __builtin_add_overflow(total, value, &total))
      total = INT64_MAX;
  dryad_lua_check_sound(L, self->view.graph);
  lua_pushinteger(L, total);
  return 1;
}

/* core.combine(list, other, "union" | "difference" | "intersection") */
static int combine(lua_State *L)
{
  static const char *const names[] = {"union", "difference", "intersection", NULL};
  static const dryad_set_operation operations[] = {DRYAD_UNION, DRYAD_DIFFERENCE, DRYAD_INTERSECTION};
  dryad_lua_list *self = check(L, "combine");
  dryad_ids other = dryad_lua_list_ids(L, 2, self->view.heap);
  dryad_set_operation operation = operations[luaL_checkoption(L, 3, NULL, names)];
  dryad_error error;
  dryad_lua_list *list = push_like(L, self);
  return finish(L, list,
                dryad_ids_combine(self->view.graph, operation, self->ids, self->count, other.ids, other.count,
                                  &list->ids, &list->count, &error),
                &error);
}

/* ---- fields and methods ---- */

enum { C, P };
static const char *const getter_names[] = {"c", "p", NULL};

static int push_at(lua_State *L, const dryad_lua_list *self, lua_Integer i)
{
  uint64_t position;
  if (!dryad_lua_to_position(i, self->count, &position)) {
    lua_pushnil(L);
    return 1;
  }
  dryad_id id = dryad_lua_list_id(self, position);
  dryad_lua_check_sound(L, self->view.graph);
  if (id == DRYAD_NONE) return dryad_lua_fail_gone_at(L, self, position);
  dryad_lua_push_box(L, 1);
  dryad_lua_push_object(L, lua_gettop(L), self->view.heap, id);
  return 1;
}

static int list_index(lua_State *L)
{
  dryad_lua_list *self = dryad_lua_index_self(L, DRYAD_LUA_LIST);
  int is_integer = 0;
  lua_Integer i = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_integer) : 0;
  if (is_integer) return push_at(L, dryad_lua_check_list_open(L, self), i);
  int field = dryad_lua_index(L, DRYAD_LUA_LIST);
  if (field < 0) return 1;
  dryad_lua_catch_up(L, dryad_lua_check_list_open(L, self));
  dryad_error error;
  dryad_lua_list *list = push_like(L, self);
  return finish(L, list,
                (field == C ? dryad_ids_children : dryad_ids_parents)(self->view.graph, self->ids, self->count,
                                                                      &list->ids, &list->count, &error),
                &error);
}

static int list_length(lua_State *L)
{
  dryad_lua_list *self = dryad_lua_check_list_open(L, dryad_lua_index_self(L, DRYAD_LUA_LIST));
  lua_pushinteger(L, (lua_Integer)self->count);
  return 1;
}

static int list_head(lua_State *L)
{
  dryad_lua_list *self = check(L, "head");
  int is_integer = 1;
  lua_Integer wanted = lua_isnoneornil(L, 2) ? 10 : lua_tointegerx(L, 2, &is_integer);
  if (!is_integer) return dryad_lua_fail(L, "head: n must be a whole number, not %s", luaL_tolstring(L, 2, NULL));
  uint64_t count = wanted < 0 ? 0 : (uint64_t)wanted < self->count ? (uint64_t)wanted : self->count;
  dryad_lua_list *list = push_room(L, self, count);
  memcpy(list->ids, self->ids, count * sizeof *list->ids);
  return 1;
}

static int list_of_one_type(lua_State *L)
{
  dryad_lua_list *self = check(L, "of");
  if (lua_type(L, 2) != LUA_TSTRING)
    return dryad_lua_fail(L, "of: type must be the name of a type, not %s", luaL_typename(L, 2));
  size_t length;
  const char *name = lua_tolstring(L, 2, &length);
  const dryad_graph *graph = self->view.graph;
  uint32_t type = dryad_graph_find_type(graph, name, length);
  dryad_lua_list *list = push_room(L, self, self->count);
  uint64_t count = 0;
  for (uint64_t i = 0; i < self->count; i++) {
    dryad_id id = self->ids[i];
    if (type != DRYAD_NONE && id < graph->count && dryad_types(graph)[id] == type) list->ids[count++] = id;
  }
  dryad_lua_shrink_ids(L, list, count);
  dryad_lua_check_sound(L, graph);
  return 1;
}

void dryad_lua_open_list(lua_State *L)
{
  static const luaL_Reg methods[] = {{"head", list_head}, {"of", list_of_one_type}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__index", list_index},
                                         {"__newindex", dryad_lua_read_only},
                                         {"__len", list_length},
                                         {"__gc", list_gc},
                                         {NULL, NULL}};
  static const luaL_Reg functions[] = {{"list_of_type", list_of_type},
                                       {"list_of", list_of},
                                       {"pick", pick},
                                       {"in_default_order", in_default_order},
                                       {"sorted", sorted},
                                       {"sum", sum},
                                       {"combine", combine},
                                       {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){DRYAD_LUA_LIST, methods, metamethods, getter_names});
  luaL_setfuncs(L, functions, 0);
}
