/* SPDX-License-Identifier: MIT */
/* Lua values as CSV. */
#ifndef DRYAD_SCRIPT_FILES_CSV_H
#define DRYAD_SCRIPT_FILES_CSV_H

#include <lua.h>

/* Adds its function to the core table on the top. */
void dryad_lua_open_csv(lua_State *L);

#endif
