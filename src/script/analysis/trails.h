/* SPDX-License-Identifier: MIT */
/* The best ways to several objects at once, step by step, for Lua. */
#ifndef DRYAD_SCRIPT_ANALYSIS_TRAILS_H
#define DRYAD_SCRIPT_ANALYSIS_TRAILS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_trails(lua_State *L);

#endif
