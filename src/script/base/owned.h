/* SPDX-License-Identifier: MIT */
/* Memory of the core that Lua owns: held so that nothing is lost when something raises before it is all Lua values, and
   weighed, since Lua's collector does not see it. */
#ifndef DRYAD_SCRIPT_BASE_OWNED_H
#define DRYAD_SCRIPT_BASE_OWNED_H

#include <stddef.h>
#include <stdint.h>

struct lua_State;

/* Pushes a block of `size` bytes, all zero; `destroy` is called with it once when it is collected. */
void *dryad_lua_own(struct lua_State *L, size_t size, void (*destroy)(void *block));
/* The block at `index`, where dryad_lua_own pushed it. */
void *dryad_lua_owned(struct lua_State *L, int index);
/* Tells the garbage collector of memory that it does not see. */
void dryad_lua_weigh(struct lua_State *L, uint64_t bytes);
/* Comes before all that owns. */
void dryad_lua_open_owned(struct lua_State *L);

#endif
