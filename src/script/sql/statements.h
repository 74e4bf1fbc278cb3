/* SPDX-License-Identifier: MIT */
/* Methods of databases that run statements. */
#ifndef DRYAD_SCRIPT_SQL_STATEMENTS_H
#define DRYAD_SCRIPT_SQL_STATEMENTS_H

#include <lua.h>

int dryad_lua_database_run(lua_State *L);
int dryad_lua_database_query(lua_State *L);
int dryad_lua_database_rows(lua_State *L);
int dryad_lua_database_texts(lua_State *L);
int dryad_lua_database_ids(lua_State *L);

#endif
