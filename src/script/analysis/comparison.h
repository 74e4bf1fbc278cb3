/* SPDX-License-Identifier: MIT */
/* Comparison of heaps. */
#ifndef DRYAD_SCRIPT_ANALYSIS_COMPARISON_H
#define DRYAD_SCRIPT_ANALYSIS_COMPARISON_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_comparison(lua_State *L);

#endif
