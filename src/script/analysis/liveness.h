/* SPDX-License-Identifier: MIT */
/* Why objects are alive: roots, dominators and retained sizes. */
#ifndef DRYAD_SCRIPT_ANALYSIS_LIVENESS_H
#define DRYAD_SCRIPT_ANALYSIS_LIVENESS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_liveness(lua_State *L);

#endif
