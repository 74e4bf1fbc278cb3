/* SPDX-License-Identifier: MIT */
#include "script/sql/parameters.h"

#include <string.h>

#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/none.h"

/* ---- one value ---------------------------------------------------------------------------------- */

static void bind_list(lua_State *L, dryad_statement *statement, int i, const dryad_lua_list *list)
{
  if (!list->view.graph) dryad_lua_fail(L, "the heap of this list is closed");
  uint64_t *addresses = lua_newuserdatauv(L, list->count * sizeof *addresses, 0);
  for (uint64_t k = 0; k < list->count; k++) addresses[k] = dryad_addresses(list->view.graph)[list->ids[k]];
  dryad_lua_check_sound(L, list->view.graph);
  dryad_error error;
  dryad_lua_check(L, dryad_statement_bind_list(statement, i, addresses, list->count, &error), &error);
  lua_pop(L, 1);
}

static dryad_text text_at(lua_State *L, int index)
{
  dryad_text text;
  text.data = lua_tolstring(L, index, &text.length);
  return text;
}

/* The value at `index`, which stays there; false: SQL has no such value. */
static bool to_value(lua_State *L, int index, dryad_sql_value *value)
{
  const dryad_lua_object *object = luaL_testudata(L, index, DRYAD_LUA_OBJECT);
  *value = (dryad_sql_value){.kind = DRYAD_SQL_NULL};
  if (object) {
    *value = (dryad_sql_value){.kind = DRYAD_SQL_INTEGER, .integer = (int64_t)object->address};
    return true;
  }
  switch (lua_type(L, index)) {
  case LUA_TNIL: return true;
  case LUA_TBOOLEAN: *value = (dryad_sql_value){.kind = DRYAD_SQL_INTEGER, .integer = lua_toboolean(L, index)}; break;
  case LUA_TNUMBER:
    if (lua_isinteger(L, index))
      *value = (dryad_sql_value){.kind = DRYAD_SQL_INTEGER, .integer = lua_tointeger(L, index)};
    else
      *value = (dryad_sql_value){.kind = DRYAD_SQL_REAL, .real = lua_tonumber(L, index)};
    break;
  case LUA_TSTRING: *value = (dryad_sql_value){.kind = DRYAD_SQL_TEXT, .text = text_at(L, index)}; break;
  case LUA_TTABLE:
    if (lua_getfield(L, index, "blob") != LUA_TSTRING) return false;
    *value = (dryad_sql_value){.kind = DRYAD_SQL_BLOB, .text = text_at(L, -1)};
    lua_replace(L, index);
    break;
  default: return dryad_lua_is_none(L, index);
  }
  return true;
}

/* Binds the value on the top, and pops it. */
static void bind_top(lua_State *L, dryad_statement *statement, int i)
{
  int top = lua_gettop(L);
  const dryad_lua_list *list = luaL_testudata(L, top, DRYAD_LUA_LIST);
  dryad_sql_value value;
  dryad_error error;
  if (list) {
    bind_list(L, statement, i, list);
  } else if (to_value(L, top, &value)) {
    dryad_lua_check(L, dryad_statement_bind(statement, i, &value, &error), &error);
  } else {
    dryad_lua_fail(L, "parameter %d: an SQL value is a number, a string, a boolean, nil, an object or a list, not %s",
                   i, luaL_typename(L, top));
  }
  lua_settop(L, top - 1);
}

/* ---- all values --------------------------------------------------------------------------------- */

/* NULL for "?" and "?1", which take their value by position. */
static const char *name_of(const dryad_statement *statement, int i)
{
  const char *name = dryad_statement_parameter_name(statement, i);
  return name && *name != '?' ? name + 1 : NULL;
}

static bool has_parameter(const dryad_statement *statement, const char *name)
{
  for (int i = 1; i <= dryad_statement_parameter_count(statement); i++)
    if (name_of(statement, i) && strcmp(name_of(statement, i), name) == 0) return true;
  return false;
}

static void bind_in_order(lua_State *L, dryad_statement *statement, int index, lua_Integer given)
{
  int count = dryad_statement_parameter_count(statement);
  if (given != count)
    dryad_lua_fail(L, "the query has %d parameter%s, but %d value%s given", count, count == 1 ? "" : "s", (int)given,
                   given == 1 ? " was" : "s were");
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(L, index, i);
    bind_top(L, statement, i);
  }
}

static void check_names(lua_State *L, const dryad_statement *statement, int index)
{
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) dryad_lua_fail(L, "values are given by name, or as an array with its length n");
    if (!has_parameter(statement, lua_tostring(L, -2)))
      dryad_lua_fail(L, "the query has no parameter :%s", lua_tostring(L, -2));
  }
}

static void bind_by_name(lua_State *L, dryad_statement *statement, int index)
{
  check_names(L, statement, index);
  for (int i = 1; i <= dryad_statement_parameter_count(statement); i++) {
    const char *name = name_of(statement, i);
    if (!name) dryad_lua_fail(L, "parameter %d has no name: give the values in their order", i);
    if (lua_getfield(L, index, name) == LUA_TNIL)
      dryad_lua_fail(L, "no value was given for the parameter %s", dryad_statement_parameter_name(statement, i));
    bind_top(L, statement, i);
  }
}

/* A table with its length in n is an array, unless n is a value for a parameter of that name. */
static bool is_in_order(lua_State *L, const dryad_statement *statement, int index, lua_Integer *given)
{
  lua_getfield(L, index, "n");
  int is_integer;
  *given = lua_tointegerx(L, -1, &is_integer);
  bool has_first = lua_rawgeti(L, index, 1) != LUA_TNIL;
  lua_pop(L, 2);
  return is_integer && (has_first || !has_parameter(statement, "n"));
}

void dryad_lua_bind(lua_State *L, dryad_statement *statement, int index)
{
  lua_Integer given = 0;
  luaL_checkstack(L, 10, NULL);
  if (lua_isnoneornil(L, index)) {
    bind_in_order(L, statement, index, 0);
    return;
  }
  luaL_checktype(L, index, LUA_TTABLE);
  if (is_in_order(L, statement, index, &given))
    bind_in_order(L, statement, index, given);
  else
    bind_by_name(L, statement, index);
}
