/* SPDX-License-Identifier: MIT */
/* Containers that hold next to nothing. */
#ifndef DRYAD_SCRIPT_ANALYSIS_SMALL_CONTAINERS_H
#define DRYAD_SCRIPT_ANALYSIS_SMALL_CONTAINERS_H

#include <lua.h>

/* Adds its function to the core table on the top. */
void dryad_lua_open_small_containers(lua_State *L);

#endif
