/* SPDX-License-Identifier: MIT */
/* What is alive, by the classes that it belongs to. */
#ifndef DRYAD_SCRIPT_ANALYSIS_CLASS_SHARES_H
#define DRYAD_SCRIPT_ANALYSIS_CLASS_SHARES_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_class_shares(lua_State *L);

#endif
