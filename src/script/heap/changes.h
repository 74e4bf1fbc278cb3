/* SPDX-License-Identifier: MIT */
/* What a change of a heap did, in Lua. */
#ifndef DRYAD_SCRIPT_HEAP_CHANGES_H
#define DRYAD_SCRIPT_HEAP_CHANGES_H

#include "heap/change.h"
#include "script/base/script.h"

/* Pushes a table of the fields of a result. */
void dryad_lua_push_change_result(lua_State *L, const dryad_change_result *result);

#endif
