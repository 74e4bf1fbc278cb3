/* SPDX-License-Identifier: MIT */
/* Heaps: their fields and methods. */
#ifndef DRYAD_SCRIPT_HEAP_HEAP_H
#define DRYAD_SCRIPT_HEAP_HEAP_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_heap(lua_State *L);

#endif
