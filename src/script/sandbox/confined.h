/* SPDX-License-Identifier: MIT */
/* Running Lua code in a confined copy of the process (sandbox/child.h). */
#ifndef DRYAD_SCRIPT_SANDBOX_CONFINED_H
#define DRYAD_SCRIPT_SANDBOX_CONFINED_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_confined(lua_State *L);

#endif
