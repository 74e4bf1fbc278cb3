/* SPDX-License-Identifier: MIT */
/* The roots, dominators and levels of a heap, computed on first use, with progress. */
#ifndef DRYAD_SCRIPT_BASE_ROOTS_AND_DOMINATORS_H
#define DRYAD_SCRIPT_BASE_ROOTS_AND_DOMINATORS_H

#include "analysis/levels.h"
#include "script/base/handles.h"

/* They raise, and leave the stack as it was. */
const dryad_roots *dryad_lua_roots(lua_State *L, dryad_lua_heap *heap);
const dryad_dominators *dryad_lua_dominators(lua_State *L, dryad_lua_heap *heap);
const dryad_levels *dryad_lua_levels(lua_State *L, dryad_lua_heap *heap);

#endif
