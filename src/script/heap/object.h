/* SPDX-License-Identifier: MIT */
/* Objects: their fields and methods. */
#ifndef DRYAD_SCRIPT_HEAP_OBJECT_H
#define DRYAD_SCRIPT_HEAP_OBJECT_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_object(lua_State *L);

#endif
