/* SPDX-License-Identifier: MIT */
/* Results of queries, for Lua. */
#ifndef DRYAD_SCRIPT_SQL_RESULT_H
#define DRYAD_SCRIPT_SQL_RESULT_H

#include <lua.h>

#include "sql/result.h"

/* Pushes an empty result; *slot takes what the core makes, and is freed with it. */
dryad_result **dryad_lua_new_result(lua_State *L);
/* When *slot is filled: tells the garbage collector of its size. */
void dryad_lua_weigh_result(lua_State *L, const dryad_result *result);
/* Pushes NULL as nil, a blob as a string. */
void dryad_lua_push_sql_value(lua_State *L, const dryad_sql_value *value);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_result(lua_State *L);

#endif
