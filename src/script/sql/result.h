/* SPDX-License-Identifier: MIT */
/* Query results, for Lua. */
#ifndef DRYAD_SCRIPT_SQL_RESULT_H
#define DRYAD_SCRIPT_SQL_RESULT_H

#include <lua.h>

#include "sql/result.h"

/* Pushes an empty result and returns its slot; a result stored there is freed with it. */
dryad_result **dryad_lua_new_result(lua_State *L);
/* Reports the size of a stored result to the garbage collector. */
void dryad_lua_weigh_result(lua_State *L, const dryad_result *result);
/* The result at `index`; raises if that is something else. */
const dryad_result *dryad_lua_check_result(lua_State *L, int index);
/* Pushes NULL as nil, and a blob as a string. */
void dryad_lua_push_sql_value(lua_State *L, const dryad_sql_value *value);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_result(lua_State *L);

#endif
