/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "formats/meliae/write.h"
#include "graph/graph.h"
#include "script/base/script.h"

/* ---- what others need ---- */

void dryad_lua_push_text(lua_State *L, dryad_text text) { lua_pushlstring(L, text.data, text.length); }

void dryad_lua_push_type(lua_State *L, int box, const dryad_graph *graph, uint32_t type)
{
  lua_Integer key = (lua_Integer)type + 1;
  if (lua_rawgeti(L, box, key) != LUA_TNIL) return;
  lua_pop(L, 1);
  dryad_lua_push_text(L, dryad_graph_type_name(graph, type));
  lua_pushvalue(L, -1);
  lua_rawseti(L, box, key);
}

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
  lua_rawgeti(L, box, BOX_META); /* loops over objects come here for each: the registry finds it by name only */
  lua_setmetatable(L, -2);
  lua_pushvalue(L, box);
  lua_setiuservalue(L, -2, 1);
  dryad_lua_check_sound(L, graph);
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, id);
  lua_remove(L, -2);
}

void dryad_lua_push_value(lua_State *L, const dryad_graph *graph, dryad_id id)
{
  dryad_value value = dryad_graph_value(graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_NONE: {
    dryad_text name = dryad_graph_name(graph, id);
    if (name.data)
      dryad_lua_push_text(L, name);
    else
      lua_pushnil(L);
    break;
  }
  case DRYAD_VALUE_NULL: lua_pushnil(L); break;
  case DRYAD_VALUE_BOOLEAN: lua_pushboolean(L, value.boolean); break;
  case DRYAD_VALUE_INTEGER: lua_pushinteger(L, value.integer); break;
  case DRYAD_VALUE_FLOAT: lua_pushnumber(L, value.real); break;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER: dryad_lua_push_text(L, value.text); break;
  }
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

int dryad_lua_fail_gone(lua_State *L, const dryad_lua_heap *heap, uint32_t type, uint64_t address)
{
  dryad_text name = type == DRYAD_NONE ? (dryad_text){0} : dryad_graph_type_name(heap->graph, type);
  char digits[24];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)address);
  lua_pushlstring(L, name.data ? name.data : "object", name.data ? name.length : 6);
  return dryad_lua_fail(L, "%s(%s) is gone: a change of its heap took it away (heap:undo() brings it back)",
                        lua_tostring(L, -1), digits);
}

static dryad_lua_object *there(lua_State *L, dryad_lua_object *self)
{
  dryad_lua_check_open(L, self->heap);
  if (self->id == DRYAD_NONE) dryad_lua_fail_gone(L, self->heap, self->type, self->address);
  return self;
}

dryad_lua_object *dryad_lua_check_object(lua_State *L, int index, bool missing)
{
  dryad_lua_object *object = there(L, luaL_checkudata(L, index, DRYAD_LUA_OBJECT));
  if (!missing && object->type == DRYAD_NONE) dryad_lua_fail(L, "the dump does not hold this object");
  return object;
}

static dryad_lua_object *check(lua_State *L, const char *method)
{
  return there(L, dryad_lua_check_self(L, DRYAD_LUA_OBJECT, method));
}

/* ---- fields ---- */

static bool is_missing(const dryad_lua_object *self) { return self->type == DRYAD_NONE; }

static dryad_ids children_of(const dryad_lua_object *self)
{
  return is_missing(self) ? (dryad_ids){NULL, 0} : dryad_children(self->heap->graph, self->id);
}

static dryad_ids parents_of(const dryad_lua_object *self)
{
  return is_missing(self) ? (dryad_ids){NULL, 0} : dryad_parents(self->heap->graph, self->id);
}

static int push_addresses(lua_State *L, const dryad_graph *graph, dryad_ids ids)
{
  lua_createtable(L, ids.count < INT32_MAX ? (int)ids.count : 0, 0);
  for (uint64_t i = 0; i < ids.count; i++) {
    lua_pushinteger(L, (lua_Integer)dryad_addresses(graph)[ids.ids[i]]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int push_list(lua_State *L, const dryad_lua_object *self, dryad_ids ids)
{
  dryad_lua_push_box(L, 1);
  return dryad_lua_push_ids(L, lua_gettop(L), self->heap, ids);
}

enum { ADDRESS, TYPE, TYPE_STR, SIZE, LEN, VALUE, NAME, CHILDREN, PARENTS, C, P, NUM_REFS, NUM_PARENTS, TOTAL_SIZE };
static const char *const getter_names[] = {"address", "type",     "type_str",    "size",       "len",
                                           "value",   "name",     "children",    "parents",    "c",
                                           "p",       "num_refs", "num_parents", "total_size", NULL};

static int push_optional_text(lua_State *L, dryad_text text)
{
  if (text.data)
    dryad_lua_push_text(L, text);
  else
    lua_pushnil(L);
  return 1;
}

static int push_total(lua_State *L, const dryad_lua_object *self)
{
  dryad_lua_push_box(L, 1);
  lua_rawgeti(L, -1, BOX_TOTALS);
  if (lua_rawgeti(L, -1, self->id) == LUA_TNIL) lua_pushinteger(L, 0);
  return 1;
}

/* The fields of a dangling reference that are not those of an object without references. */
static int push_missing(lua_State *L, int field)
{
  switch (field) {
  case TYPE:
  case TYPE_STR: lua_pushliteral(L, "<missing>"); return 1;
  case SIZE: lua_pushinteger(L, 0); return 1;
  default: lua_pushnil(L); return 1;
  }
}

static int push_field(lua_State *L, const dryad_lua_object *self, int field)
{
  const dryad_graph *graph = self->heap->graph;
  int64_t len;
  switch (field) {
  case ADDRESS: lua_pushinteger(L, (lua_Integer)self->address); return 1;
  case CHILDREN: return push_addresses(L, graph, children_of(self));
  case PARENTS: return push_addresses(L, graph, parents_of(self));
  case C: return push_list(L, self, children_of(self));
  case P: return push_list(L, self, parents_of(self));
  case NUM_REFS: lua_pushinteger(L, (lua_Integer)children_of(self).count); return 1;
  case NUM_PARENTS: lua_pushinteger(L, (lua_Integer)parents_of(self).count); return 1;
  case TOTAL_SIZE: return push_total(L, self);
  default: break;
  }
  if (is_missing(self)) return push_missing(L, field);
  switch (field) {
  case TYPE:
  case TYPE_STR:
    dryad_lua_push_box(L, 1);
    dryad_lua_push_type(L, lua_gettop(L), graph, self->type);
    return 1;
  case SIZE: lua_pushinteger(L, (lua_Integer)dryad_size(graph, self->id)); return 1;
  case LEN:
    if (dryad_graph_len(graph, self->id, &len))
      lua_pushinteger(L, len);
    else
      lua_pushnil(L);
    return 1;
  case VALUE: dryad_lua_push_value(L, graph, self->id); return 1;
  default: return push_optional_text(L, dryad_graph_name(graph, self->id));
  }
}

/* From an index as Lua has it, from 1 or from the end; false: beyond `count`. */
static bool to_position(lua_Integer i, uint64_t count, uint64_t *position)
{
  if (i < 0) i += (lua_Integer)count + 1;
  *position = (uint64_t)i - 1;
  return i >= 1 && (uint64_t)i <= count;
}

static int push_child(lua_State *L, const dryad_lua_object *self, lua_Integer i)
{
  dryad_ids children = children_of(self);
  uint64_t position;
  if (!to_position(i, children.count, &position)) {
    lua_pushnil(L);
    return 1;
  }
  dryad_lua_push_box(L, 1);
  dryad_lua_push_object(L, lua_gettop(L), self->heap, children.ids[position]);
  return 1;
}

static int object_index(lua_State *L)
{
  dryad_lua_object *self = dryad_lua_index_self(L, DRYAD_LUA_OBJECT);
  int is_integer;
  lua_Integer i = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_integer) : (is_integer = 0);
  if (is_integer) return push_child(L, there(L, self), i);
  int field = dryad_lua_index(L, DRYAD_LUA_OBJECT);
  if (field < 0) return 1;
  push_field(L, there(L, self), field);
  dryad_lua_check_sound(L, self->heap->graph);
  return 1;
}

static int object_length(lua_State *L)
{
  dryad_lua_object *self = dryad_lua_index_self(L, DRYAD_LUA_OBJECT);
  lua_pushinteger(L, (lua_Integer)children_of(there(L, self)).count);
  dryad_lua_check_sound(L, self->heap->graph);
  return 1;
}

/* ---- methods ---- */

/* core.object_state(object): its address as printed; "closed", "gone", "missing" or "there"; 2 or 3, the
   Python of its dump; its type. */
static int object_state(lua_State *L)
{
  const dryad_lua_object *self = luaL_checkudata(L, 1, DRYAD_LUA_OBJECT);
  const dryad_lua_heap *heap = self->heap;
  bool open = heap->graph != NULL;
  char digits[24];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)self->address);
  lua_pushstring(L, digits);
  lua_pushstring(L, !open                      ? "closed"
                    : self->id == DRYAD_NONE   ? "gone"
                    : self->type == DRYAD_NONE ? "missing"
                                               : "there");
  lua_pushinteger(L, open ? dryad_heap_report(heap->heap)->python : 3);
  if (open && self->type != DRYAD_NONE) {
    dryad_lua_push_box(L, 1);
    dryad_lua_push_type(L, lua_gettop(L), heap->graph, self->type);
    lua_remove(L, -2);
  } else {
    lua_pushliteral(L, "object");
  }
  return 4;
}

/* core.heap_of(object or list): its heap. */
static int heap_of(lua_State *L)
{
  if (!luaL_testudata(L, 1, DRYAD_LUA_LIST)) luaL_checkudata(L, 1, DRYAD_LUA_OBJECT);
  dryad_lua_push_box(L, 1);
  lua_rawgeti(L, -1, BOX_HEAP);
  return 1;
}

/* The buffer of to_json, one for a Lua state, which keeps its size from line to line. */
#define LINE "dryad.line"

static int line_gc(lua_State *L)
{
  dryad_buffer_deinit(lua_touserdata(L, 1));
  return 0;
}

static void open_line(lua_State *L)
{
  static const luaL_Reg metamethods[] = {{"__gc", line_gc}, {NULL, NULL}};
  dryad_buffer *line = lua_newuserdatauv(L, sizeof *line, 0);
  *line = (dryad_buffer){.allocator = &dryad_default_allocator};
  luaL_newlib(L, metamethods);
  lua_setmetatable(L, -2);
  lua_setfield(L, LUA_REGISTRYINDEX, LINE);
}

static int object_to_json(lua_State *L)
{
  const dryad_lua_object *self = check(L, "to_json");
  if (is_missing(self)) return dryad_lua_fail(L, "to_json: the dump does not hold this object");
  dryad_error error;
  lua_getfield(L, LUA_REGISTRYINDEX, LINE);
  dryad_buffer *line = lua_touserdata(L, -1);
  line->length = 0;
  int python = dryad_heap_report(self->heap->heap)->python;
  dryad_lua_check(L, dryad_json_write_object(line, self->heap->graph, self->id, python, &error), &error);
  dryad_lua_check_sound(L, self->heap->graph);
  lua_pushlstring(L, line->data, line->length);
  return 1;
}

void dryad_lua_open_object(lua_State *L)
{
  static const luaL_Reg methods[] = {{"to_json", object_to_json}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {
      {"__index", object_index}, {"__newindex", dryad_lua_read_only}, {"__len", object_length}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"object_state", object_state}, {"heap_of", heap_of}, {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){DRYAD_LUA_OBJECT, methods, metamethods, getter_names});
  luaL_setfuncs(L, functions, 0);
  open_line(L);
}
