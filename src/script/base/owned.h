/* SPDX-License-Identifier: MIT */
/* Core memory that Lua owns, so that an error raised before its conversion to Lua values does not leak it. Lua's
   collector does not see this memory, so its size is reported to it. */
#ifndef DRYAD_SCRIPT_BASE_OWNED_H
#define DRYAD_SCRIPT_BASE_OWNED_H

#include <stddef.h>
#include <stdint.h>

struct lua_State;

/* Pushes a zeroed block of `size` bytes; `destroy` is called with it once, when it is collected. */
void *dryad_lua_own(struct lua_State *L, size_t size, void (*destroy)(void *block));
/* The block at `index`, pushed by dryad_lua_own. */
void *dryad_lua_owned(struct lua_State *L, int index);
/* Reports memory to the garbage collector that it does not see. */
void dryad_lua_weigh(struct lua_State *L, uint64_t bytes);
/* Must be opened before all modules that use dryad_lua_own. */
void dryad_lua_open_owned(struct lua_State *L);

#endif
