/* SPDX-License-Identifier: MIT */
/* Raises errors. A user's mistake is blamed on the nearest line outside of lua/dryad. */
#ifndef DRYAD_SCRIPT_BASE_FAIL_H
#define DRYAD_SCRIPT_BASE_FAIL_H

#include <lauxlib.h>
#include <lua.h>

#include "dryad.h"

/* Pushes "file:line: " of the nearest Lua function outside of lua/dryad, or "". */
void dryad_lua_where(lua_State *L);
int dryad_lua_fail(lua_State *L, const char *format, ...); /* the formats of lua_pushfstring */
/* Raises unless `status` is DRYAD_OK. */
void dryad_lua_check(lua_State *L, dryad_status status, const dryad_error *error);
/* Raises if data just read from a graph is invalid because its index is damaged there. Call this after reading and
   before returning the answer; dryad_lua_work_end does it for long calls. */
void dryad_lua_check_sound(lua_State *L, const dryad_graph *graph);
/* core.raise(message) */
int dryad_lua_raise(lua_State *L);

#endif
