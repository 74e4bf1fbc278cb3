/* SPDX-License-Identifier: MIT */
/* What the core made, held so that nothing is lost when something raises before it is all Lua values. */
#ifndef DRYAD_SCRIPT_BASE_OWNED_H
#define DRYAD_SCRIPT_BASE_OWNED_H

#include <stddef.h>

struct lua_State;

/* Pushes a block of `size` bytes, all zero; `destroy` is called with it once when it is collected. */
void *dryad_lua_own(struct lua_State *L, size_t size, void (*destroy)(void *block));
void dryad_lua_open_owned(struct lua_State *L);

#endif
