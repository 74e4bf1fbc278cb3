/* SPDX-License-Identifier: MIT */
/* The holders of the objects of a list. */
#ifndef DRYAD_SCRIPT_ANALYSIS_HOLDERS_H
#define DRYAD_SCRIPT_ANALYSIS_HOLDERS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_holders(lua_State *L);

#endif
