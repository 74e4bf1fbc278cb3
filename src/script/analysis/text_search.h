/* SPDX-License-Identifier: MIT */
/* Objects by part of their class, name or value. */
#ifndef DRYAD_SCRIPT_ANALYSIS_TEXT_SEARCH_H
#define DRYAD_SCRIPT_ANALYSIS_TEXT_SEARCH_H

#include <lua.h>

/* Adds its function to the core table on the top. */
void dryad_lua_open_text_search(lua_State *L);

#endif
