/* SPDX-License-Identifier: MIT */
/* Databases whose tables are heaps. */
#ifndef DRYAD_SCRIPT_SQL_DATABASE_H
#define DRYAD_SCRIPT_SQL_DATABASE_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_database(lua_State *L);

#endif
