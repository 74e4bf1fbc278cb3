/* SPDX-License-Identifier: MIT */
/* Writes heaps as dumps. */
#ifndef DRYAD_SCRIPT_FILES_WRITE_H
#define DRYAD_SCRIPT_FILES_WRITE_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_write(lua_State *L);

#endif
