/* SPDX-License-Identifier: MIT */
/* Conditions that the core evaluates without SQL. */
#ifndef DRYAD_SCRIPT_HEAP_RANGE_FILTER_H
#define DRYAD_SCRIPT_HEAP_RANGE_FILTER_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_range_filter(lua_State *L);

#endif
