/* SPDX-License-Identifier: MIT */
/* The roots and dominators of a heap, computed on first use, with progress. */
#ifndef DRYAD_SCRIPT_BASE_ROOTS_AND_DOMINATORS_H
#define DRYAD_SCRIPT_BASE_ROOTS_AND_DOMINATORS_H

#include "script/base/handles.h"

/* Both raise, and leave the stack as it was. */
const dryad_roots *dryad_lua_roots(lua_State *L, dryad_lua_heap *heap);
const dryad_dominators *dryad_lua_dominators(lua_State *L, dryad_lua_heap *heap);

#endif
