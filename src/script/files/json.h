/* SPDX-License-Identifier: MIT */
/* Converts Lua values to JSON text and back. */
#ifndef DRYAD_SCRIPT_FILES_JSON_H
#define DRYAD_SCRIPT_FILES_JSON_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_json(lua_State *L);

#endif
