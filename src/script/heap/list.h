/* SPDX-License-Identifier: MIT */
/* Lists of objects: creating, sorting and combining them. */
#ifndef DRYAD_SCRIPT_HEAP_LIST_H
#define DRYAD_SCRIPT_HEAP_LIST_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_list(lua_State *L);

#endif
