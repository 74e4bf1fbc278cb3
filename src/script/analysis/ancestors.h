/* SPDX-License-Identifier: MIT */
/* Ancestors by generation. */
#ifndef DRYAD_SCRIPT_ANALYSIS_ANCESTORS_H
#define DRYAD_SCRIPT_ANALYSIS_ANCESTORS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_ancestors(lua_State *L);

#endif
