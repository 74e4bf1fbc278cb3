/* SPDX-License-Identifier: MIT */
/* Leak suspects. */
#ifndef DRYAD_SCRIPT_ANALYSIS_SUSPECTS_H
#define DRYAD_SCRIPT_ANALYSIS_SUSPECTS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_suspects(lua_State *L);

#endif
