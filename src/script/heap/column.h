/* SPDX-License-Identifier: MIT */
/* Columns: one field of every object of a heap or list. */
#ifndef DRYAD_SCRIPT_HEAP_COLUMN_H
#define DRYAD_SCRIPT_HEAP_COLUMN_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_column(lua_State *L);

#endif
