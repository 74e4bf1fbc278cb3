/* SPDX-License-Identifier: MIT */
/* Values that the heap holds more than once. */
#ifndef DRYAD_SCRIPT_ANALYSIS_DUPLICATES_H
#define DRYAD_SCRIPT_ANALYSIS_DUPLICATES_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_duplicates(lua_State *L);

#endif
