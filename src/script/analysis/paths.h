/* SPDX-License-Identifier: MIT */
/* The results of step-by-step searches, for Lua. */
#ifndef DRYAD_SCRIPT_ANALYSIS_PATHS_H
#define DRYAD_SCRIPT_ANALYSIS_PATHS_H

#include <lua.h>

#include "analysis/paths.h"

/* Pushes an array with the number of objects found at each step. */
void dryad_lua_push_steps(lua_State *L, const dryad_steps *steps);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_paths(lua_State *L);

#endif
