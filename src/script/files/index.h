/* SPDX-License-Identifier: MIT */
/* Heaps as indexes on disk. */
#ifndef DRYAD_SCRIPT_FILES_INDEX_H
#define DRYAD_SCRIPT_FILES_INDEX_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_index(lua_State *L);

#endif
