/*
 * Objects as dicts: which references of an object are keys and which their values.
 *
 * A dict's references alternate key, value; a subclass's are followed by others (its attributes, its
 * class, a default factory). An instance's are name, value, ..., class. What cannot be told is refused.
 */
#include <string.h>

#include "core/graph.h"
#include "script/script.h"

/* ---- which references are pairs ---- */

typedef struct layout {
  const dryad_id *refs; /* key, value, key, value, ... */
  uint64_t pairs;
} layout;

static uint32_t type_of(const dryad_graph *graph, dryad_id id)
{
  return id < graph->count ? dryad_types(graph)[id] : DRYAD_NONE;
}

static bool is(const dryad_lua_heap *heap, dryad_id id, dryad_lua_known known)
{
  uint32_t type = type_of(heap->graph, id);
  return type != DRYAD_NONE && type == heap->known[known];
}

static bool same_text(dryad_text a, dryad_text b)
{
  return a.data && b.data && a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

/* Its value if that is text, or its name where it has no value. */
static dryad_text text_of(const dryad_graph *graph, dryad_id id)
{
  dryad_value value = dryad_graph_value(graph, id);
  if (value.kind == DRYAD_VALUE_NONE) return dryad_graph_name(graph, id);
  return value.kind == DRYAD_VALUE_TEXT || value.kind == DRYAD_VALUE_BIG_INTEGER ? value.text : (dryad_text){0};
}

static bool is_class_of(const dryad_lua_heap *heap, dryad_id class, dryad_id id)
{
  if (class >= heap->graph->count) return true; /* not dumped */
  return same_text(dryad_graph_name(heap->graph, class), dryad_graph_type_name(heap->graph, type_of(heap->graph, id)));
}

static bool is_class(const dryad_lua_heap *heap, dryad_id class, dryad_id id)
{
  return is(heap, class, KNOWN_TYPE) || is(heap, class, KNOWN_CLASSOBJ) || is_class_of(heap, class, id);
}

static bool are_names(const dryad_lua_heap *heap, const layout *pairs)
{
  for (uint64_t i = 0; i < pairs->pairs; i++) {
    dryad_id key = pairs->refs[2 * i];
    if (key < heap->graph->count && !is(heap, key, KNOWN_STR) && !is(heap, key, KNOWN_UNICODE)) return false;
  }
  return true;
}

static const char no_dict[] = "is no dict, module or instance with attributes";

/* Whether an object without references is an empty dict, as far as the name of its type tells. */
static bool is_empty_mapping(const dryad_lua_heap *heap, dryad_id id)
{
  dryad_text name = dryad_graph_type_name(heap->graph, type_of(heap->graph, id));
  return memmem(name.data, name.length, "dict", 4) || memmem(name.data, name.length, "Dict", 4);
}

/* Subclasses of dict: the first 2 * len references. */
static const char *lay_out_mapping(const dryad_lua_heap *heap, dryad_id id, dryad_ids refs, int64_t len, layout *out)
{
  uint64_t pairs = (uint64_t)len;
  if (len <= 0 || pairs > refs.count / 2) return no_dict;
  if (refs.count == 2 * pairs && is_class_of(heap, refs.ids[refs.count - 1], id) &&
      refs.ids[refs.count - 1] < heap->graph->count)
    return no_dict; /* a tuple of one and the like: its item and its class */
  *out = (layout){refs.ids, pairs};
  return NULL;
}

static const char *lay_out_instance(const dryad_lua_heap *heap, dryad_id id, dryad_ids refs, layout *out)
{
  if (refs.count % 2 == 0 || !is_class(heap, refs.ids[refs.count - 1], id)) return no_dict;
  *out = (layout){refs.ids, refs.count / 2};
  return refs.count == 1 && !is_class_of(heap, refs.ids[0], id) ? no_dict : NULL;
}

/* The __dict__ of a module or instance that was not collapsed, or DRYAD_NONE. */
static dryad_id own_dict(const dryad_lua_heap *heap, dryad_id id, dryad_ids refs)
{
  if (refs.count == 1 && is(heap, id, KNOWN_MODULE) && is(heap, refs.ids[0], KNOWN_DICT)) return refs.ids[0];
  if (refs.count != 2) return DRYAD_NONE;
  if (is(heap, refs.ids[0], KNOWN_DICT) && is_class(heap, refs.ids[1], id)) return refs.ids[0];
  return is(heap, refs.ids[0], KNOWN_CLASSOBJ) && is(heap, refs.ids[1], KNOWN_DICT) ? refs.ids[1] : DRYAD_NONE;
}

/* NULL, or what is wrong with it. In constant time: what an instance's keys are is not looked at. */
static const char *lay_out(const dryad_lua_heap *heap, dryad_id id, layout *out)
{
  const dryad_graph *graph = heap->graph;
  if (id >= graph->count) return "is not in the dump";
  dryad_ids refs = dryad_children(graph, id);
  int64_t len = 0;
  bool has_len = dryad_graph_len(graph, id, &len);
  *out = (layout){refs.ids, refs.count / 2};
  if (is(heap, id, KNOWN_DICT)) {
    if (refs.count % 2 == 0 && (!has_len || (uint64_t)len == refs.count / 2)) return NULL;
    return "has values only in this dump, or keys that cannot be told from them";
  }
  if (has_len && len != 0) return lay_out_mapping(heap, id, refs, len, out);
  if (has_len && refs.count == 0) return is_empty_mapping(heap, id) ? NULL : no_dict;
  dryad_id dict = own_dict(heap, id, refs);
  if (dict != DRYAD_NONE) return lay_out(heap, dict, out);
  if (is(heap, id, KNOWN_MODULE)) return refs.count % 2 == 0 ? NULL : no_dict;
  return lay_out_instance(heap, id, refs, out);
}

/* The same for all its keys: those of an instance are names. O(pairs). */
static const char *lay_out_checked(const dryad_lua_heap *heap, dryad_id id, layout *out)
{
  int64_t len = 0;
  const char *wrong = lay_out(heap, id, out);
  bool mapping = !wrong && (is(heap, id, KNOWN_DICT) || is(heap, id, KNOWN_MODULE) ||
                            (dryad_graph_len(heap->graph, id, &len) && len > 0) ||
                            out->refs != dryad_children(heap->graph, id).ids);
  return wrong || mapping || are_names(heap, out) ? wrong : no_dict;
}

/* ---- what keys and values stand for ---- */

static char none_key;

void dryad_lua_push_none(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &none_key); }

static bool has_own_value(const dryad_lua_heap *heap, uint32_t type)
{
  static const dryad_lua_known kinds[] = {KNOWN_STR, KNOWN_INT, KNOWN_UNICODE, KNOWN_BYTES, KNOWN_LONG, KNOWN_FLOAT};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (type == heap->known[kinds[i]]) return true;
  return false;
}

/* 1 or 0 for a bool, else -1. */
static int truth(const dryad_lua_heap *heap, dryad_id id)
{
  if (!is(heap, id, KNOWN_BOOL)) return -1;
  dryad_value value = dryad_graph_value(heap->graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_BOOLEAN: return value.boolean;
  case DRYAD_VALUE_INTEGER: return value.integer != 0;
  case DRYAD_VALUE_TEXT: return same_text(value.text, (dryad_text){"True", 4});
  default: return -1;
  }
}

void dryad_lua_push_resolved(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id)
{
  const dryad_graph *graph = heap->graph;
  uint32_t type = type_of(graph, id);
  int boolean = truth(heap, id);
  if (boolean >= 0) {
    lua_pushboolean(L, boolean);
    return;
  }
  if (is(heap, id, KNOWN_NONE)) {
    dryad_lua_push_none(L);
    return;
  }
  if (type != DRYAD_NONE && has_own_value(heap, type)) {
    dryad_value_kind kind = dryad_graph_value(graph, id).kind;
    if (kind != DRYAD_VALUE_NONE && kind != DRYAD_VALUE_NULL) {
      dryad_lua_push_value(L, graph, id);
      return;
    }
  }
  dryad_lua_push_object(L, box, heap, id);
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

/* A key to look for, as the Lua value at `index`. */
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
  dryad_lua_push_none(L);
  key.is_none = lua_rawequal(L, index, -1);
  lua_pop(L, 1);
  const dryad_lua_object *object = luaL_testudata(L, index, DRYAD_LUA_OBJECT);
  if (object) key.id = object->id;
  return key;
}

static bool matches(const dryad_lua_heap *heap, dryad_id id, const sought *key)
{
  if (key->id != DRYAD_NONE) return id == key->id;
  if (id >= heap->graph->count) return false;
  if (key->type == LUA_TSTRING) return same_text(text_of(heap->graph, id), key->text);
  if (key->type == LUA_TBOOLEAN) return truth(heap, id) == key->boolean;
  if (key->is_none) return is(heap, id, KNOWN_NONE);
  if (key->type != LUA_TNUMBER) return false;
  dryad_value value = dryad_graph_value(heap->graph, id);
  if (value.kind == DRYAD_VALUE_INTEGER) return key->is_integer && value.integer == key->integer;
  return value.kind == DRYAD_VALUE_FLOAT && value.real == key->number;
}

/* ---- for Lua ---- */

/* core.dict.refusal(object): nil, or why it cannot be read as a dict. */
static int refusal(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  layout found;
  lua_pushstring(L, lay_out_checked(self->heap, self->id, &found));
  return 1;
}

static dryad_lua_object *check(lua_State *L, layout *found)
{
  dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  const char *wrong = lay_out(self->heap, self->id, found);
  if (wrong) dryad_lua_fail(L, "the object %s", wrong);
  return self;
}

/* core.dict.count(object): how many pairs it has. */
static int count(lua_State *L)
{
  layout found;
  check(L, &found);
  lua_pushinteger(L, (lua_Integer)found.pairs);
  return 1;
}

/* The references of the pair that the arguments object and i name, i from 1, with the box of the heap pushed;
   NULL beyond the last. */
static const dryad_id *pair_at(lua_State *L, dryad_lua_object **self)
{
  layout found;
  *self = check(L, &found);
  lua_Integer i = luaL_checkinteger(L, 2);
  if (i < 1 || (uint64_t)i > found.pairs) return NULL;
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
  dryad_lua_push_resolved(L, box, self->heap, refs[1]);
  return 2;
}

/* core.dict.objects(object, i): the same as objects. */
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

/* core.dict.lookup(object, key): the value of the first such key, or nil; nil also for what is no dict. */
static int lookup(lua_State *L)
{
  dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  luaL_checkany(L, 2);
  layout found;
  if (lay_out_checked(self->heap, self->id, &found)) return 0;
  sought key = sought_key(L, 2);
  for (uint64_t i = 0; i < found.pairs; i++) {
    if (!matches(self->heap, found.refs[2 * i], &key)) continue;
    dryad_lua_push_box(L, 1);
    dryad_lua_push_resolved(L, lua_gettop(L), self->heap, found.refs[2 * i + 1]);
    return 1;
  }
  return 0;
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
    dryad_lua_push_resolved(L, box, self->heap, refs.ids[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int none_to_string(lua_State *L)
{
  lua_pushliteral(L, "None");
  return 1;
}

static void open_none(lua_State *L)
{
  static const luaL_Reg metamethods[] = {{"__tostring", none_to_string}, {NULL, NULL}};
  lua_newuserdatauv(L, 0, 0);
  luaL_newlib(L, metamethods);
  lua_pushliteral(L, "None");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &none_key);
  lua_setfield(L, -2, "None");
}

void dryad_lua_open_dict(lua_State *L)
{
  static const luaL_Reg functions[] = {
      {"refusal", refusal}, {"count", count},   {"pair", pair}, {"objects", pair_objects},
      {"lookup", lookup},   {"values", values}, {NULL, NULL}};
  open_none(L);
  luaL_newlib(L, functions);
  lua_setfield(L, -2, "dict");
}
