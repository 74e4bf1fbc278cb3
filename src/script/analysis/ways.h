/* SPDX-License-Identifier: MIT */
/* Ways to objects, for Lua: finding them, writing them, and following one step by step. */
#ifndef DRYAD_SCRIPT_ANALYSIS_WAYS_H
#define DRYAD_SCRIPT_ANALYSIS_WAYS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_ways(lua_State *L);

#endif
