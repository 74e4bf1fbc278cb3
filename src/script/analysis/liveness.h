/* SPDX-License-Identifier: MIT */
/* The roots and dominators of a heap, for those that ask: found at the first call, with progress. */
#ifndef DRYAD_SCRIPT_ANALYSIS_LIVENESS_H
#define DRYAD_SCRIPT_ANALYSIS_LIVENESS_H

#include "script/base/script.h"

/* Both raise, and leave the stack as it was. */
const dryad_roots *dryad_lua_roots(lua_State *L, dryad_lua_heap *heap);
const dryad_dominators *dryad_lua_dominators(lua_State *L, dryad_lua_heap *heap);

#endif
