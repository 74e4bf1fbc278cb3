/* SPDX-License-Identifier: MIT */
/* Shortest paths from roots to many objects, merged into one tree. */
#ifndef DRYAD_SCRIPT_ANALYSIS_MERGED_PATHS_H
#define DRYAD_SCRIPT_ANALYSIS_MERGED_PATHS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_merged_paths(lua_State *L);

#endif
