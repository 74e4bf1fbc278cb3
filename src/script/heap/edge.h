/* SPDX-License-Identifier: MIT */
/* Edge labels for Lua. */
#ifndef DRYAD_SCRIPT_HEAP_EDGE_H
#define DRYAD_SCRIPT_HEAP_EDGE_H

#include "runtime/runtime.h"
#include "script/base/handles.h"

/* Pushes the label as text. */
void dryad_lua_push_edge(lua_State *L, const dryad_lua_heap *heap, const dryad_edge *edge);
/* Pushes the label that edges of the same class share: `[...]` for any item or key; "" if it is unknown. */
void dryad_lua_push_edge_class(lua_State *L, const dryad_lua_heap *heap, const dryad_edge *edge);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_edge(lua_State *L);

#endif
