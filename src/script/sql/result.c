/* SPDX-License-Identifier: MIT */
#include "script/sql/result.h"

#include <string.h>

#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/types.h"

#define TYPE "dryad.result"

typedef struct kept_result {
  dryad_result *result; /* NULL: it could not be created */
} kept_result;

/* User values: an array of the column names; the metatable of rows (row_index), created with the first row. */
enum { COLUMNS = 1, ROW_META };

dryad_result **dryad_lua_new_result(lua_State *L)
{
  kept_result *self = lua_newuserdatauv(L, sizeof *self, ROW_META);
  self->result = NULL;
  luaL_setmetatable(L, TYPE);
  return &self->result;
}

void dryad_lua_weigh_result(lua_State *L, const dryad_result *result)
{
  dryad_lua_weigh(L, dryad_result_bytes(result));
}

static int gc(lua_State *L)
{
  kept_result *self = lua_touserdata(L, 1);
  dryad_result_free(self->result);
  self->result = NULL;
  return 0;
}

/* Raises in a finalizer that runs after the result's own. */
static const kept_result *check_kept(lua_State *L, const kept_result *self)
{
  if (!self->result) dryad_lua_fail(L, "the result is gone");
  return self;
}

const dryad_result *dryad_lua_check_result(lua_State *L, int index)
{
  return check_kept(L, luaL_checkudata(L, index, TYPE))->result;
}

void dryad_lua_push_sql_value(lua_State *L, const dryad_sql_value *value)
{
  switch (value->kind) {
  case DRYAD_SQL_NULL: lua_pushnil(L); break;
  case DRYAD_SQL_INTEGER: lua_pushinteger(L, value->integer); break;
  case DRYAD_SQL_REAL: lua_pushnumber(L, value->real); break;
  case DRYAD_SQL_TEXT:
  case DRYAD_SQL_BLOB: dryad_lua_push_text(L, value->text); break;
  }
}

/* ---- rows --------------------------------------------------------------------------------------- */

/* Pushes the columns of the result at `index`. */
static void push_columns(lua_State *L, int index)
{
  const kept_result *self = lua_touserdata(L, index);
  if (lua_getiuservalue(L, index, COLUMNS) == LUA_TTABLE) return;
  lua_pop(L, 1);
  uint32_t count = dryad_result_column_count(self->result);
  lua_createtable(L, (int)count, 0);
  for (uint32_t i = 0; i < count; i++) {
    lua_pushstring(L, dryad_result_column_name(self->result, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, index, COLUMNS);
}

/* row.name: upvalue 1 holds the column numbers by name. */
static int row_index(lua_State *L)
{
  lua_settop(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL) return 1;
  lua_rawget(L, 1);
  return 1;
}

static int row_length(lua_State *L)
{
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

/* Pushes the metatable of the rows of the result at `index`. */
static void push_row_meta(lua_State *L, int index)
{
  const kept_result *self = lua_touserdata(L, index);
  if (lua_getiuservalue(L, index, ROW_META) == LUA_TTABLE) return;
  lua_pop(L, 1);
  uint32_t count = dryad_result_column_count(self->result);
  lua_createtable(L, 0, 3);
  lua_createtable(L, 0, (int)count);
  for (uint32_t i = count; i-- > 0;) {
    lua_pushinteger(L, (lua_Integer)i + 1);
    lua_setfield(L, -2, dryad_result_column_name(self->result, i));
  }
  lua_pushcclosure(L, row_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pushinteger(L, count);
  lua_pushcclosure(L, row_length, 1);
  lua_setfield(L, -2, "__len");
  lua_pushliteral(L, "row");
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, index, ROW_META);
}

static int push_row(lua_State *L, const kept_result *self, lua_Integer i)
{
  uint32_t count = dryad_result_column_count(self->result);
  uint64_t row;
  if (!dryad_lua_to_position(i, dryad_result_row_count(self->result), &row)) {
    lua_pushnil(L);
    return 1;
  }
  lua_createtable(L, (int)count, 0);
  for (uint32_t column = 0; column < count; column++) {
    dryad_sql_value value = dryad_result_cell(self->result, row, column);
    dryad_lua_push_sql_value(L, &value);
    lua_rawseti(L, -2, (lua_Integer)column + 1);
  }
  push_row_meta(L, 1);
  lua_setmetatable(L, -2);
  return 1;
}

/* ---- fields ------------------------------------------------------------------------------------- */

static const char *const getter_names[] = {"columns", NULL};

static int result_index(lua_State *L)
{
  const kept_result *self = check_kept(L, dryad_lua_index_self(L, TYPE));
  int is_integer = 0;
  lua_Integer i = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_integer) : 0;
  if (is_integer) return push_row(L, self, i);
  if (dryad_lua_index(L, TYPE) < 0) return 1;
  push_columns(L, 1);
  return 1;
}

static int result_length(lua_State *L)
{
  const kept_result *self = check_kept(L, dryad_lua_index_self(L, TYPE));
  lua_pushinteger(L, (lua_Integer)dryad_result_row_count(self->result));
  return 1;
}

/* ---- functions ---------------------------------------------------------------------------------- */

static uint32_t check_column(lua_State *L, const kept_result *self, int index)
{
  lua_Integer column = luaL_checkinteger(L, index);
  luaL_argcheck(L, column >= 1 && column <= dryad_result_column_count(self->result), index, "no such column");
  return (uint32_t)column - 1;
}

/* core.cell(result, i, c): the value of column c in row i, which may be negative; nil beyond the last row. */
static int cell(lua_State *L)
{
  const kept_result *self = check_kept(L, luaL_checkudata(L, 1, TYPE));
  lua_Integer i = luaL_checkinteger(L, 2);
  uint32_t column = check_column(L, self, 3);
  uint64_t row;
  if (!dryad_lua_to_position(i, dryad_result_row_count(self->result), &row)) return 0;
  dryad_sql_value value = dryad_result_cell(self->result, row, column);
  dryad_lua_push_sql_value(L, &value);
  return 1;
}

/* core.result_list(result, c, heap): the heap's objects at the addresses in column c, in the order of the rows; skips
   values that are not the address of an object. */
static int result_list(lua_State *L)
{
  const kept_result *self = check_kept(L, luaL_checkudata(L, 1, TYPE));
  uint32_t column = check_column(L, self, 2);
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 3);
  uint64_t rows = dryad_result_row_count(self->result), count = 0;
  dryad_id *ids = lua_newuserdatauv(L, rows * sizeof *ids, 0);
  for (uint64_t row = 0; row < rows; row++) {
    dryad_sql_value value = dryad_result_cell(self->result, row, column);
    if (value.kind != DRYAD_SQL_INTEGER) continue;
    ids[count] = dryad_graph_find(heap->graph, (uint64_t)value.integer);
    count += ids[count] != DRYAD_NONE;
  }
  dryad_lua_push_box(L, 3);
  return dryad_lua_push_ids(L, lua_gettop(L), heap, (dryad_ids){ids, count});
}

void dryad_lua_open_result(lua_State *L)
{
  static const luaL_Reg methods[] = {{NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__index", result_index},
                                         {"__newindex", dryad_lua_read_only},
                                         {"__len", result_length},
                                         {"__gc", gc},
                                         {NULL, NULL}};
  static const luaL_Reg functions[] = {{"cell", cell}, {"result_list", result_list}, {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){TYPE, methods, metamethods, getter_names});
  luaL_setfuncs(L, functions, 0);
}
