/* SPDX-License-Identifier: MIT */
/* base/printable.h for Lua: core.printable and its like. */
#ifndef DRYAD_SCRIPT_BASE_PRINTABLE_H
#define DRYAD_SCRIPT_BASE_PRINTABLE_H

#include <lua.h>

/* Adds the functions to the core table on the top. */
void dryad_lua_open_printable(lua_State *L);

#endif
