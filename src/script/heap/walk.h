/* SPDX-License-Identifier: MIT */
/* Iterators over all objects, and over the objects reachable from some. */
#ifndef DRYAD_SCRIPT_HEAP_WALK_H
#define DRYAD_SCRIPT_HEAP_WALK_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_walk(lua_State *L);

#endif
