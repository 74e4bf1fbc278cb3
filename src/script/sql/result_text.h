/* SPDX-License-Identifier: MIT */
/* Rows of results as JSON and CSV, for Lua. */
#ifndef DRYAD_SCRIPT_SQL_RESULT_TEXT_H
#define DRYAD_SCRIPT_SQL_RESULT_TEXT_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_result_text(lua_State *L);

#endif
