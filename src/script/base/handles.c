/* SPDX-License-Identifier: MIT */
#include "script/base/handles.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/types.h"

/* ---- heaps ---- */

static void make_weak_table(lua_State *L)
{
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
}

dryad_lua_heap *dryad_lua_new_heap(lua_State *L)
{
  dryad_lua_heap *self = lua_newuserdatauv(L, sizeof *self, 1);
  memset(self, 0, sizeof *self);
  luaL_setmetatable(L, DRYAD_LUA_HEAP);
  int heap = lua_gettop(L);
  lua_newtable(L);
  lua_pushvalue(L, heap);
  lua_rawseti(L, -2, BOX_HEAP);
  make_weak_table(L);
  lua_rawseti(L, -2, BOX_OBJECTS);
  make_weak_table(L);
  lua_rawseti(L, -2, BOX_GONE);
  luaL_getmetatable(L, DRYAD_LUA_OBJECT);
  lua_rawseti(L, -2, BOX_META);
  lua_setiuservalue(L, heap, 1);
  return self;
}

/* Copies the objects of the weak table at `from` to their places under `graph`; changes only tables. */
static void resettle(lua_State *L, int from, int objects, int gone, const dryad_graph *graph)
{
  for (lua_pushnil(L); lua_next(L, from);) {
    const dryad_lua_object *object = lua_touserdata(L, -1);
    dryad_id id = dryad_graph_find_any(graph, object->address);
    if (id == DRYAD_NONE)
      lua_rawseti(L, gone, (lua_Integer)object->address);
    else
      lua_rawseti(L, objects, id);
  }
}

void dryad_lua_refresh(lua_State *L, int index)
{
  dryad_lua_heap *self = lua_touserdata(L, index);
  const dryad_graph *graph = dryad_heap_graph(self->heap);
  int box = lua_gettop(L) + 1, objects = box + 1, gone = box + 2;
  luaL_checkstack(L, 10, NULL);
  dryad_lua_push_box(L, index);
  make_weak_table(L);
  make_weak_table(L);
  lua_rawgeti(L, box, BOX_OBJECTS);
  resettle(L, box + 3, objects, gone, graph);
  lua_rawgeti(L, box, BOX_GONE);
  resettle(L, box + 4, objects, gone, graph);
  lua_newtable(L);
  lua_rawseti(L, box, BOX_TOTALS);
  /* from here on nothing can raise: every entry assigned already exists */
  for (lua_pushnil(L); lua_next(L, objects); lua_pop(L, 1)) {
    dryad_lua_object *object = lua_touserdata(L, -1);
    object->id = (dryad_id)lua_tointeger(L, -2);
    object->type = object->id < dryad_graph_count(graph) ? dryad_graph_type(graph, object->id) : DRYAD_NONE;
  }
  for (lua_pushnil(L); lua_next(L, gone); lua_pop(L, 1)) {
    dryad_lua_object *object = lua_touserdata(L, -1);
    object->id = DRYAD_NONE;
  }
  lua_pushvalue(L, objects);
  lua_rawseti(L, box, BOX_OBJECTS);
  lua_pushvalue(L, gone);
  lua_rawseti(L, box, BOX_GONE);
  dryad_graph_release(self->graph);
  self->graph = dryad_graph_retain(graph);
  self->version = dryad_heap_revision(self->heap);
  dryad_known_types_init(&self->known, graph);
  lua_settop(L, box - 1);
}

void dryad_lua_check_open(lua_State *L, const dryad_lua_heap *heap)
{
  if (!heap->graph) dryad_lua_fail(L, "the heap is closed");
  dryad_lua_check_sound(L, heap->graph);
}

dryad_lua_heap *dryad_lua_current_heap(lua_State *L, int index, dryad_lua_heap *self)
{
  dryad_lua_check_open(L, self);
  if (dryad_heap_revision(self->heap) != self->version) dryad_lua_refresh(L, index);
  return self;
}

dryad_lua_heap *dryad_lua_check_heap(lua_State *L, int index)
{
  return dryad_lua_current_heap(L, index, luaL_checkudata(L, index, DRYAD_LUA_HEAP));
}

dryad_lua_heap *dryad_lua_check_heap_self(lua_State *L, const char *method)
{
  return dryad_lua_current_heap(L, 1, dryad_lua_check_self(L, DRYAD_LUA_HEAP, method));
}

bool dryad_lua_in_finalizer(lua_State *L) { return lua_gc(L, LUA_GCCOUNT) < 0; }

void dryad_lua_require_idle(lua_State *L, const dryad_lua_heap *heap, const char *method)
{
  if (dryad_lua_in_finalizer(L)) dryad_lua_fail(L, "%s: a heap cannot be changed by a finalizer", method);
  if (heap->busy) dryad_lua_fail(L, "%s: the heap is at work; it cannot be changed by its progress function", method);
}

dryad_lua_heap *dryad_lua_check_idle(lua_State *L, const char *method)
{
  dryad_lua_heap *self = dryad_lua_check_heap_self(L, method);
  dryad_lua_require_idle(L, self, method);
  return self;
}

/* ---- objects ---- */

void dryad_lua_push_object(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id)
{
  lua_rawgeti(L, box, BOX_OBJECTS);
  if (lua_rawgeti(L, -1, id) == LUA_TUSERDATA) {
    lua_remove(L, -2);
    return;
  }
  lua_pop(L, 1);
  const dryad_graph *graph = heap->graph;
  dryad_lua_object *object = lua_newuserdatauv(L, sizeof *object, 1);
  *object = (dryad_lua_object){.heap = heap,
                               .address = dryad_addresses(graph)[id],
                               .type = id < graph->count ? dryad_types(graph)[id] : DRYAD_NONE,
                               .id = id};
  lua_rawgeti(L, box, BOX_META); /* runs for each object of a loop, and the registry would look it up by name */
  lua_setmetatable(L, -2);
  lua_pushvalue(L, box);
  lua_setiuservalue(L, -2, 1);
  dryad_lua_check_sound(L, graph);
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, id);
  lua_remove(L, -2);
}

dryad_lua_object *dryad_lua_current_object(lua_State *L, dryad_lua_object *self)
{
  dryad_lua_check_open(L, self->heap);
  if (self->id == DRYAD_NONE) dryad_lua_fail_gone(L, self->heap, self->type, self->address);
  return self;
}

dryad_lua_object *dryad_lua_check_object(lua_State *L, int index, bool missing)
{
  dryad_lua_object *object = dryad_lua_current_object(L, luaL_checkudata(L, index, DRYAD_LUA_OBJECT));
  if (!missing && object->type == DRYAD_NONE) dryad_lua_fail(L, "the dump does not hold this object");
  return object;
}

dryad_lua_object *dryad_lua_check_object_self(lua_State *L, const char *method)
{
  return dryad_lua_current_object(L, dryad_lua_check_self(L, DRYAD_LUA_OBJECT, method));
}

int dryad_lua_fail_gone(lua_State *L, const dryad_lua_heap *heap, uint32_t type, uint64_t address)
{
  dryad_text name = type == DRYAD_NONE ? (dryad_text){0} : dryad_graph_type_name(heap->graph, type);
  char digits[24];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)address);
  lua_pushlstring(L, name.data ? name.data : "object", name.data ? name.length : 6);
  return dryad_lua_fail(L, "%s(%s) is gone: a change of its heap took it away (heap:undo() brings it back)",
                        lua_tostring(L, -1), digits);
}

/* ---- values ---- */

void dryad_lua_push_text(lua_State *L, dryad_text text) { lua_pushlstring(L, text.data, text.length); }

void dryad_lua_push_optional_text(lua_State *L, dryad_text text)
{
  if (text.data)
    dryad_lua_push_text(L, text);
  else
    lua_pushnil(L);
}

void dryad_lua_push_sites(lua_State *L, dryad_text sites)
{
  dryad_text site;
  lua_Integer count = 0;
  if (!sites.data) {
    lua_pushnil(L);
    return;
  }
  lua_newtable(L);
  while (dryad_next_site(&sites, &site)) {
    dryad_lua_push_text(L, site);
    lua_rawseti(L, -2, ++count);
  }
}

void dryad_lua_push_type(lua_State *L, int box, const dryad_graph *graph, uint32_t type)
{
  lua_Integer key = (lua_Integer)type + 1;
  if (lua_rawgeti(L, box, key) != LUA_TNIL) return;
  lua_pop(L, 1);
  dryad_lua_push_text(L, dryad_graph_type_name(graph, type));
  lua_pushvalue(L, -1);
  lua_rawseti(L, box, key);
}

void dryad_lua_push_value(lua_State *L, const dryad_graph *graph, dryad_id id)
{
  dryad_value value = dryad_graph_value(graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_NONE: dryad_lua_push_optional_text(L, dryad_graph_name(graph, id)); break;
  case DRYAD_VALUE_NULL: lua_pushnil(L); break;
  case DRYAD_VALUE_BOOLEAN: lua_pushboolean(L, value.boolean); break;
  case DRYAD_VALUE_INTEGER: lua_pushinteger(L, value.integer); break;
  case DRYAD_VALUE_FLOAT: lua_pushnumber(L, value.real); break;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER: dryad_lua_push_text(L, value.text); break;
  }
}

void dryad_lua_push_len(lua_State *L, const dryad_graph *graph, dryad_id id)
{
  int64_t len;
  if (dryad_graph_len(graph, id, &len))
    lua_pushinteger(L, len);
  else
    lua_pushnil(L);
}

bool dryad_lua_to_address(lua_State *L, int index, uint64_t *address)
{
  if (lua_type(L, index) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    char *end;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    *address = strtoull(text, &end, text[1] == 'x' || text[1] == 'X' ? 16 : 10);
    return end == text + length && errno == 0;
  }
  int is_integer;
  *address = (uint64_t)lua_tointegerx(L, index, &is_integer);
  return is_integer;
}
