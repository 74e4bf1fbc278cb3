/* SPDX-License-Identifier: MIT */
/* Objects as dicts: dryad_dict_items with keys and values converted. */
#ifndef DRYAD_SCRIPT_HEAP_DICT_H
#define DRYAD_SCRIPT_HEAP_DICT_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_dict(lua_State *L);

#endif
