/* SPDX-License-Identifier: MIT */
/* Walking over all objects, and over what can be reached from some. */
#ifndef DRYAD_SCRIPT_HEAP_WALK_H
#define DRYAD_SCRIPT_HEAP_WALK_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_walk(lua_State *L);

#endif
