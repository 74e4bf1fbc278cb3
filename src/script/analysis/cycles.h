/* SPDX-License-Identifier: MIT */
/* Cycles of references. */
#ifndef DRYAD_SCRIPT_ANALYSIS_CYCLES_H
#define DRYAD_SCRIPT_ANALYSIS_CYCLES_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_cycles(lua_State *L);

#endif
