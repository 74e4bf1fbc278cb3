/* SPDX-License-Identifier: MIT */
/* Lists as bytes, to be sent from one process to another. */
#ifndef DRYAD_SCRIPT_SANDBOX_PACKED_LIST_H
#define DRYAD_SCRIPT_SANDBOX_PACKED_LIST_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_packed_list(lua_State *L);

#endif
