/* SPDX-License-Identifier: MIT */
/* Objects as dicts, for Lua: dryad_dict_items with keys and values converted. */
#include "script/heap/dict.h"

#include "runtime/attributes.h"
#include "script/base/fail.h"
#include "script/base/handles.h"
#include "script/base/none.h"

/* ---- what keys and values stand for ---- */

/* Pushes the Lua value for an object in a dict: boolean, number, text, dryad.None, else the object. */
static void resolve(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id)
{
  dryad_meaning meaning = dryad_meaning_of(heap->graph, &heap->known, id);
  switch (meaning) {
  case DRYAD_MEANS_OBJECT: dryad_lua_push_object(L, box, heap, id); break;
  case DRYAD_MEANS_VALUE: dryad_lua_push_value(L, heap->graph, id); break;
  case DRYAD_MEANS_FALSE:
  case DRYAD_MEANS_TRUE: lua_pushboolean(L, meaning == DRYAD_MEANS_TRUE); break;
  case DRYAD_MEANS_NONE: dryad_lua_push_none(L); break;
  }
}

static void push_resolved(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id)
{
  resolve(L, box, heap, id);
  dryad_lua_check_sound(L, heap->graph);
}

static void push_key(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id)
{
  if (id < heap->graph->count) {
    dryad_lua_push_value(L, heap->graph, id);
    if (!lua_isnil(L, -1) && !(lua_type(L, -1) == LUA_TNUMBER && lua_tonumber(L, -1) != lua_tonumber(L, -1))) return;
    lua_pop(L, 1);
  }
  dryad_lua_push_object(L, box, heap, id);
}

/* A key to look up, from the Lua value at `index`. */
typedef struct sought {
  int type;
  dryad_text text;
  bool is_integer, boolean, is_none;
  lua_Integer integer;
  lua_Number number;
  dryad_id id;
} sought;

static sought sought_key(lua_State *L, int index)
{
  sought key = {.type = lua_type(L, index), .id = DRYAD_NONE};
  if (key.type == LUA_TSTRING) key.text.data = lua_tolstring(L, index, &key.text.length);
  if (key.type == LUA_TNUMBER) {
    int is_integer;
    key.integer = lua_tointegerx(L, index, &is_integer);
    key.is_integer = is_integer;
    key.number = lua_tonumber(L, index);
  }
  key.boolean = lua_toboolean(L, index);
  key.is_none = dryad_lua_is_none(L, index);
  const dryad_lua_object *object = luaL_testudata(L, index, DRYAD_LUA_OBJECT);
  if (object) key.id = object->id;
  return key;
}

static bool matches(const dryad_lua_heap *heap, dryad_id id, const sought *key)
{
  if (key->id != DRYAD_NONE) return id == key->id;
  if (id >= heap->graph->count) return false;
  dryad_meaning meaning = dryad_meaning_of(heap->graph, &heap->known, id);
  if (key->type == LUA_TBOOLEAN) return meaning == (key->boolean ? DRYAD_MEANS_TRUE : DRYAD_MEANS_FALSE);
  if (key->is_none) return meaning == DRYAD_MEANS_NONE;
  if (key->type != LUA_TNUMBER) return false;
  dryad_value value = dryad_graph_value(heap->graph, id);
  if (value.kind == DRYAD_VALUE_INTEGER) return key->is_integer && value.integer == key->integer;
  return value.kind == DRYAD_VALUE_FLOAT && value.real == key->number;
}

/* ---- for Lua ---- */

/* core.dict.refusal(object): nil, or the reason why it cannot be read as a dict. */
static int refusal(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  dryad_dict_items found;
  lua_pushstring(L, dryad_dict_items_checked(&found, self->heap->graph, &self->heap->known, self->id));
  dryad_lua_check_sound(L, self->heap->graph);
  return 1;
}

static dryad_lua_object *check(lua_State *L, dryad_dict_items *found)
{
  dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  const char *wrong = dryad_dict_items_of(found, self->heap->graph, &self->heap->known, self->id);
  dryad_lua_check_sound(L, self->heap->graph);
  if (wrong) dryad_lua_fail(L, "the object %s", wrong);
  return self;
}

/* core.dict.count(object): its number of pairs. */
static int count(lua_State *L)
{
  dryad_dict_items found;
  check(L, &found);
  lua_pushinteger(L, (lua_Integer)found.count);
  return 1;
}

/* The references of the pair that the arguments object and i name, i from 1, with the box of the heap pushed;
   NULL beyond the last. */
static const dryad_id *pair_at(lua_State *L, dryad_lua_object **self)
{
  dryad_dict_items found;
  *self = check(L, &found);
  lua_Integer i = luaL_checkinteger(L, 2);
  if (i < 1 || (uint64_t)i > found.count) return NULL;
  dryad_lua_push_box(L, 1);
  return &found.refs[2 * (i - 1)];
}

/* core.dict.pair(object, i): the i-th key and value, from 1; nothing beyond the last. */
static int pair(lua_State *L)
{
  dryad_lua_object *self;
  const dryad_id *refs = pair_at(L, &self);
  if (!refs) return 0;
  int box = lua_gettop(L);
  push_key(L, box, self->heap, refs[0]);
  push_resolved(L, box, self->heap, refs[1]);
  return 2;
}

/* core.dict.objects(object, i): the same pair as objects. */
static int pair_objects(lua_State *L)
{
  dryad_lua_object *self;
  const dryad_id *refs = pair_at(L, &self);
  if (!refs) return 0;
  int box = lua_gettop(L);
  dryad_lua_push_object(L, box, self->heap, refs[0]);
  dryad_lua_push_object(L, box, self->heap, refs[1]);
  return 2;
}

/* ---- references that have names of their own ---- */

/* The name of a reference, or no text; as the dump gives it, or known for the type. */
static dryad_text own_name(const dryad_lua_heap *heap, dryad_id id, uint64_t position)
{
  dryad_edge edge = dryad_edge_of(heap->graph, &heap->known, id, position);
  return edge.kind == DRYAD_EDGE_NAMED ? edge.name : (dryad_text){0};
}

/* core.dict.names(object): the name of each reference, or false, as an array; nil if none has one. */
static int names(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  const dryad_lua_heap *heap = self->heap;
  if (self->type == DRYAD_NONE) return 0;
  dryad_ids refs = dryad_children(heap->graph, self->id);
  bool any = false;
  lua_createtable(L, refs.count < INT32_MAX ? (int)refs.count : 0, 0);
  for (uint64_t i = 0; i < refs.count; i++) {
    dryad_text name = own_name(heap, self->id, i);
    if (name.data)
      lua_pushlstring(L, name.data, name.length);
    else
      lua_pushboolean(L, false);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
    any = any || name.data;
  }
  dryad_lua_check_sound(L, heap->graph);
  return any ? 1 : 0;
}

/* core.dict.value(object, i): what its i-th reference stands for, i from 1; nothing beyond the last. */
static int value(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  dryad_ids refs = self->type == DRYAD_NONE ? (dryad_ids){NULL, 0} : dryad_children(self->heap->graph, self->id);
  lua_Integer i = luaL_checkinteger(L, 2);
  if (i < 1 || (uint64_t)i > refs.count) return 0;
  dryad_lua_push_box(L, 1);
  push_resolved(L, lua_gettop(L), self->heap, refs.ids[i - 1]);
  return 1;
}

/* What a key leads to, or DRYAD_NONE. */
static dryad_id find(const dryad_lua_heap *heap, dryad_id id, const sought *key)
{
  dryad_dict_items found;
  if (key->type == LUA_TSTRING) return dryad_attribute_find(heap->graph, &heap->known, id, key->text);
  if (dryad_dict_items_checked(&found, heap->graph, &heap->known, id)) return DRYAD_NONE;
  for (uint64_t i = 0; i < found.count; i++)
    if (matches(heap, found.refs[2 * i], key)) return found.refs[2 * i + 1];
  return DRYAD_NONE;
}

/* core.dict.lookup(object, key): the value of the first such key or name, or nil; also nil if it has neither. */
static int lookup(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  luaL_checkany(L, 2);
  if (self->type == DRYAD_NONE) return 0;
  sought key = sought_key(L, 2);
  dryad_id id = find(self->heap, self->id, &key);
  dryad_lua_check_sound(L, self->heap->graph);
  if (id == DRYAD_NONE) return 0;
  dryad_lua_push_box(L, 1);
  push_resolved(L, lua_gettop(L), self->heap, id);
  return 1;
}

/* core.dict.values(object): all its references, resolved, as an array. */
static int values(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  dryad_ids refs = self->type == DRYAD_NONE ? (dryad_ids){NULL, 0} : dryad_children(self->heap->graph, self->id);
  dryad_lua_push_box(L, 1);
  int box = lua_gettop(L);
  lua_createtable(L, refs.count < INT32_MAX ? (int)refs.count : 0, 0);
  for (uint64_t i = 0; i < refs.count; i++) {
    push_resolved(L, box, self->heap, refs.ids[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_dict(lua_State *L)
{
  static const luaL_Reg functions[] = {{"refusal", refusal},      {"count", count},   {"pair", pair},
                                       {"objects", pair_objects}, {"lookup", lookup}, {"names", names},
                                       {"value", value},          {"values", values}, {NULL, NULL}};
  luaL_newlib(L, functions);
  lua_setfield(L, -2, "dict");
}
