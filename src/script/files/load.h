/* SPDX-License-Identifier: MIT */
/* Loading dumps. */
#ifndef DRYAD_SCRIPT_FILES_LOAD_H
#define DRYAD_SCRIPT_FILES_LOAD_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_load(lua_State *L);

#endif
