/* SPDX-License-Identifier: MIT */
/* dryad.None: Python's None where Lua's nil would be lost. */
#ifndef DRYAD_SCRIPT_BASE_NONE_H
#define DRYAD_SCRIPT_BASE_NONE_H

#include <lua.h>
#include <stdbool.h>

/* Adds None to the core table on the top. */
void dryad_lua_open_none(lua_State *L);
void dryad_lua_push_none(lua_State *L);
bool dryad_lua_is_none(lua_State *L, int index);

#endif
