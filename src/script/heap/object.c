/* SPDX-License-Identifier: MIT */
#include "script/heap/object.h"

#include <stdio.h>

#include "formats/meliae/write.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/types.h"
#include "script/heap/class.h"

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

enum {
  ADDRESS,
  TYPE,
  TYPE_STR,
  SIZE,
  LEN,
  VALUE,
  NAME,
  CHILDREN,
  PARENTS,
  C,
  P,
  NUM_REFS,
  NUM_PARENTS,
  TOTAL_SIZE,
  REFCOUNT,
  INTERPRETER,
  MAPPED,
  FILE_NAME,
  LINE_NUMBER,
  ALLOCATED,
  CLASS,
  QUALNAME
};
static const char *const getter_names[] = {"address",     "type",       "type_str", "size",        "len",    "value",
                                           "name",        "children",   "parents",  "c",           "p",      "num_refs",
                                           "num_parents", "total_size", "refcount", "interpreter", "mapped", "file",
                                           "line",        "allocated",  "class",    "qualname",    NULL};

static int push_total(lua_State *L, const dryad_lua_object *self)
{
  dryad_lua_push_box(L, 1);
  lua_rawgeti(L, -1, BOX_TOTALS);
  if (lua_rawgeti(L, -1, self->id) == LUA_TNIL) lua_pushinteger(L, 0);
  return 1;
}

/* The fields in which a dangling reference differs from an object without references. */
static int push_missing(lua_State *L, int field)
{
  switch (field) {
  case TYPE:
  case TYPE_STR: lua_pushliteral(L, "<missing>"); return 1;
  case SIZE: lua_pushinteger(L, 0); return 1;
  default: lua_pushnil(L); return 1;
  }
}

/* Of what stands somewhere in the program, such as a frame, the value is the name of a function. */
static int push_name(lua_State *L, const dryad_graph *graph, dryad_id id)
{
  dryad_text name = dryad_graph_name(graph, id);
  const bool is_value = !name.data && dryad_graph_file(graph, id).data;
  if (is_value && dryad_graph_value(graph, id).kind == DRYAD_VALUE_TEXT)
    dryad_lua_push_value(L, graph, id);
  else
    dryad_lua_push_optional_text(L, name);
  return 1;
}

static int push_detail(lua_State *L, const dryad_lua_object *self,
                       bool (*get)(const dryad_graph *graph, dryad_id id, uint64_t *number))
{
  uint64_t number;
  if (get(self->heap->graph, self->id, &number))
    lua_pushinteger(L, number < LUA_MAXINTEGER ? (lua_Integer)number : LUA_MAXINTEGER);
  else
    lua_pushnil(L);
  return 1;
}

static int push_field(lua_State *L, const dryad_lua_object *self, int field)
{
  const dryad_graph *graph = self->heap->graph;
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
  case LEN: dryad_lua_push_len(L, graph, self->id); return 1;
  case VALUE: dryad_lua_push_value(L, graph, self->id); return 1;
  case REFCOUNT: return push_detail(L, self, dryad_graph_refcount);
  case INTERPRETER: return push_detail(L, self, dryad_graph_interpreter);
  case MAPPED: return push_detail(L, self, dryad_graph_mapped);
  case FILE_NAME: dryad_lua_push_optional_text(L, dryad_graph_file(graph, self->id)); return 1;
  case LINE_NUMBER: return push_detail(L, self, dryad_graph_line);
  case CLASS: dryad_lua_push_class(L, dryad_lua_classes(L, self->heap), self->id); return 1;
  case QUALNAME: dryad_lua_push_qualname(L, dryad_lua_classes(L, self->heap), self->id); return 1;
  case ALLOCATED: dryad_lua_push_sites(L, dryad_graph_allocated(graph, self->id)); return 1;
  default: return push_name(L, graph, self->id);
  }
}

static int push_child(lua_State *L, const dryad_lua_object *self, lua_Integer i)
{
  dryad_ids children = children_of(self);
  uint64_t position;
  if (!dryad_lua_to_position(i, children.count, &position)) {
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
  if (is_integer) return push_child(L, dryad_lua_current_object(L, self), i);
  int field = dryad_lua_index(L, DRYAD_LUA_OBJECT);
  if (field < 0) return 1;
  push_field(L, dryad_lua_current_object(L, self), field);
  dryad_lua_check_sound(L, self->heap->graph);
  return 1;
}

static int object_length(lua_State *L)
{
  dryad_lua_object *self = dryad_lua_index_self(L, DRYAD_LUA_OBJECT);
  lua_pushinteger(L, (lua_Integer)children_of(dryad_lua_current_object(L, self)).count);
  dryad_lua_check_sound(L, self->heap->graph);
  return 1;
}

/* ---- methods ---- */

/* core.object_state(object): its address as printed; "closed", "gone", "missing" or "there"; the Python
   of its dump, 2 or 3; its type. */
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

/* The buffer of to_json, one per Lua state, which keeps its size from line to line. */
#define LINE "dryad.line"

static void destroy_line(void *line) { dryad_buffer_deinit(line); }

static void open_line(lua_State *L)
{
  dryad_buffer *line = dryad_lua_own(L, sizeof *line, destroy_line);
  line->allocator = &dryad_default_allocator;
  lua_setfield(L, LUA_REGISTRYINDEX, LINE);
}

static int object_to_json(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object_self(L, "to_json");
  if (is_missing(self)) return dryad_lua_fail(L, "to_json: the dump does not hold this object");
  dryad_error error;
  lua_getfield(L, LUA_REGISTRYINDEX, LINE);
  dryad_buffer *line = dryad_lua_owned(L, -1);
  line->length = 0;
  int python = dryad_heap_report(self->heap->heap)->python;
  dryad_lua_check(
      L, dryad_meliae_write_object(line, self->heap->graph, self->id, &(dryad_meliae_style){.python = python}, &error),
      &error);
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
