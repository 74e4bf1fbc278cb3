/* SPDX-License-Identifier: MIT */
/* Fields of tables. */
#ifndef DRYAD_SCRIPT_BASE_TABLE_H
#define DRYAD_SCRIPT_BASE_TABLE_H

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

/* Sets a field of the table on the top. */
static inline void dryad_lua_set_integer(lua_State *L, const char *name, uint64_t number)
{
  lua_pushinteger(L, (lua_Integer)number);
  lua_setfield(L, -2, name);
}

/* Whether a field of the value at `table` is true; false if that is not a table. */
static inline bool dryad_lua_flag(lua_State *L, int table, const char *name)
{
  if (!lua_istable(L, table)) return false;
  lua_getfield(L, table, name);
  bool set = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return set;
}

#endif
