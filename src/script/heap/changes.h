/* SPDX-License-Identifier: MIT */
/* Changes of a heap. */
#ifndef DRYAD_SCRIPT_HEAP_CHANGES_H
#define DRYAD_SCRIPT_HEAP_CHANGES_H

#include <lua.h>

#include "heap/change.h"

/* Pushes a table of a change's effects: the fields of the result. */
void dryad_lua_push_change_result(lua_State *L, const dryad_change_result *result);

/* Adds methods to the type heap, which must exist, and functions to the core table on the top. */
void dryad_lua_open_changes(lua_State *L);

#endif
