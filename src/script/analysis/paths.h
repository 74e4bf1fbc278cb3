/* SPDX-License-Identifier: MIT */
/* What searches that go step by step give to Lua. */
#ifndef DRYAD_SCRIPT_ANALYSIS_PATHS_H
#define DRYAD_SCRIPT_ANALYSIS_PATHS_H

#include <lua.h>

#include "analysis/paths.h"

/* Pushes an array of how many objects were found at each step. */
void dryad_lua_push_steps(lua_State *L, const dryad_steps *steps);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_paths(lua_State *L);

#endif
