/* SPDX-License-Identifier: MIT */
/* Comparison of two heaps. */
#ifndef DRYAD_SCRIPT_HEAP_COMPARE_H
#define DRYAD_SCRIPT_HEAP_COMPARE_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_compare(lua_State *L);

#endif
