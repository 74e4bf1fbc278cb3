/* SPDX-License-Identifier: MIT */
/*
 * Columns: one field of every object of a heap, or list, read in place as Lua values.
 *
 * A column creates no Lua objects and copies nothing, so loops over it are fast: every step is one call of `value_at`
 * or `next_value`, a few comparisons and a read from the graph. The data that it reads (dominators, ids of a list)
 * belongs to one version of the heap, so it raises once the heap has changed.
 */
#include "script/heap/column.h"

#include <string.h>

#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/types.h"
#include "script/heap/class.h"

#define COLUMN "dryad.column"

typedef enum column_field {
  ADDRESS,
  TYPE,
  TYPE_STR,
  SIZE,
  LEN,
  NUM_REFS,
  NUM_PARENTS,
  RETAINED_SIZE,
  VALUE,
  NAME,
  CLASS
} column_field;
static const char *const fields[] = {"address",     "type",          "type_str", "size", "len",   "num_refs",
                                     "num_parents", "retained_size", "value",    "name", "class", NULL};

enum { BOX = 1, LIST = 2 }; /* user values; the second only if there is a list */

typedef struct column {
  dryad_lua_heap *heap;
  uint64_t version;
  const dryad_dominators *dominators; /* for RETAINED_SIZE */
  const dryad_classes *classes;       /* for CLASS */
  const dryad_lua_list *list;         /* NULL: all objects, in their order */
  uint64_t count;
  column_field field;
} column;

static const column *current(lua_State *L, const column *self)
{
  dryad_lua_check_open(L, self->heap);
  if (dryad_heap_revision(self->heap->heap) != self->version)
    dryad_lua_fail(L, "the heap has changed since this column was created: create it again");
  if (self->list && !self->list->view.graph) /* in a finalizer that runs after the list's own */
    dryad_lua_fail(L, "the list of this column is gone");
  return self;
}

static const column *check(lua_State *L, const char *method)
{
  return current(L, dryad_lua_check_self(L, COLUMN, method));
}

static dryad_id id_at(const column *self, uint64_t i) { return self->list ? self->list->ids[i] : (dryad_id)i; }

/* ---- values ------------------------------------------------------------------------------------- */

static void push_type(lua_State *L, const dryad_graph *graph, dryad_id id)
{
  lua_getiuservalue(L, 1, BOX);
  dryad_lua_push_type(L, lua_gettop(L), graph, dryad_types(graph)[id]);
  lua_replace(L, -2);
}

/* The value for a dangling reference, as in its fields. */
static void push_missing(lua_State *L, const column *self, dryad_id id)
{
  switch (self->field) {
  case ADDRESS: lua_pushinteger(L, (lua_Integer)dryad_addresses(self->heap->graph)[id]); break;
  case TYPE:
  case TYPE_STR: lua_pushliteral(L, "<missing>"); break;
  case SIZE:
  case NUM_REFS:
  case NUM_PARENTS:
  case RETAINED_SIZE: lua_pushinteger(L, 0); break;
  case LEN:
  case VALUE:
  case NAME:
  case CLASS: lua_pushnil(L); break;
  }
}

/* Pushes the value at a valid position. The column is at 1. */
static void push_value(lua_State *L, const column *self, uint64_t i)
{
  const dryad_graph *graph = self->heap->graph;
  dryad_id id = id_at(self, i);
  if (id >= graph->count) {
    push_missing(L, self, id);
    return;
  }
  switch (self->field) {
  case ADDRESS: lua_pushinteger(L, (lua_Integer)dryad_addresses(graph)[id]); break;
  case TYPE:
  case TYPE_STR: push_type(L, graph, id); break;
  case SIZE: lua_pushinteger(L, (lua_Integer)dryad_size(graph, id)); break;
  case LEN: dryad_lua_push_len(L, graph, id); break;
  case NUM_REFS: lua_pushinteger(L, (lua_Integer)dryad_children(graph, id).count); break;
  case NUM_PARENTS: lua_pushinteger(L, (lua_Integer)dryad_parents(graph, id).count); break;
  case RETAINED_SIZE: lua_pushinteger(L, (lua_Integer)dryad_dominators_retained(self->dominators, id)); break;
  case VALUE: dryad_lua_push_value(L, graph, id); break;
  case NAME: dryad_lua_push_optional_text(L, dryad_graph_name(graph, id)); break;
  case CLASS: dryad_lua_push_class(L, self->classes, id); break;
  }
}

static int column_index(lua_State *L)
{
  const column *self = dryad_lua_index_self(L, COLUMN);
  int is_integer = 0;
  lua_Integer i = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_integer) : 0;
  if (!is_integer) {
    int field = dryad_lua_index(L, COLUMN);
    if (field >= 0) lua_pushstring(L, fields[self->field]);
    return 1;
  }
  uint64_t position;
  if (dryad_lua_to_position(i, current(L, self)->count, &position))
    push_value(L, self, position);
  else
    lua_pushnil(L);
  dryad_lua_check_sound(L, self->heap->graph);
  return 1;
}

static int column_length(lua_State *L)
{
  const column *self = dryad_lua_index_self(L, COLUMN);
  lua_pushinteger(L, (lua_Integer)current(L, self)->count);
  return 1;
}

/* The iterator of pairs: (column, i) -> i + 1 and the value there. */
static int next_value(lua_State *L)
{
  const column *self = luaL_checkudata(L, 1, COLUMN);
  uint64_t i = (uint64_t)luaL_checkinteger(L, 2);
  if (i >= current(L, self)->count) return 0;
  lua_pushinteger(L, (lua_Integer)i + 1);
  push_value(L, self, i);
  dryad_lua_check_sound(L, self->heap->graph);
  return 2;
}

static int column_pairs(lua_State *L)
{
  luaL_checkudata(L, 1, COLUMN);
  lua_pushcfunction(L, next_value);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

/* ---- from positions to objects ------------------------------------------------------------------ */

static int column_object(lua_State *L)
{
  const column *self = check(L, "object");
  int is_integer;
  lua_settop(L, 2);
  lua_Integer i = lua_tointegerx(L, 2, &is_integer);
  uint64_t position;
  if (!is_integer) return dryad_lua_fail(L, "object: i must be a whole number, not %s", luaL_tolstring(L, 2, NULL));
  if (!dryad_lua_to_position(i, self->count, &position)) return 0;
  lua_getiuservalue(L, 1, BOX);
  dryad_lua_push_object(L, lua_gettop(L), self->heap, id_at(self, position));
  return 1;
}

/* ---- creating columns --------------------------------------------------------------------------------- */

static bool find_field(const char *name, column_field *field)
{
  for (int i = 0; fields[i]; i++) {
    if (strcmp(fields[i], name) != 0) continue;
    *field = (column_field)i;
    return true;
  }
  return false;
}

/* core.column_of(heap, field, list or nil): a column of the list, or of all objects in address order; nil if there is
   no column of this name. */
static int new_column(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  column_field field;
  lua_settop(L, 3);
  if (!find_field(luaL_checkstring(L, 2), &field)) return 0;
  const dryad_dominators *dominators = field == RETAINED_SIZE ? dryad_lua_dominators(L, heap) : NULL;
  const dryad_classes *classes = field == CLASS ? dryad_lua_classes(L, heap) : NULL;
  const dryad_lua_list *list = lua_isnil(L, 3) ? NULL : luaL_checkudata(L, 3, DRYAD_LUA_LIST);
  uint64_t count = list ? dryad_lua_list_ids(L, 3, heap).count : heap->graph->count;
  column *self = lua_newuserdatauv(L, sizeof *self, list ? LIST : BOX);
  *self = (column){heap, heap->version, dominators, classes, list, count, field};
  luaL_setmetatable(L, COLUMN);
  dryad_lua_push_box(L, 1);
  lua_setiuservalue(L, 4, BOX);
  if (list) {
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, 4, LIST);
  }
  return 1;
}

void dryad_lua_open_column(lua_State *L)
{
  static const char *const getter_names[] = {"field", NULL};
  static const luaL_Reg methods[] = {{"object", column_object}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__index", column_index},
                                         {"__newindex", dryad_lua_read_only},
                                         {"__len", column_length},
                                         {"__pairs", column_pairs},
                                         {NULL, NULL}};
  static const luaL_Reg functions[] = {{"column_of", new_column}, {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){COLUMN, methods, metamethods, getter_names});
  luaL_setfuncs(L, functions, 0);
}
