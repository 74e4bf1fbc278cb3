/* SPDX-License-Identifier: MIT */
#include "script/base/owned.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdalign.h>
#include <string.h>

#define OWNED "dryad.owned"

typedef struct owned {
  void (*destroy)(void *block);
  alignas(max_align_t) unsigned char block[];
} owned;

static int owned_gc(lua_State *L)
{
  owned *self = lua_touserdata(L, 1);
  self->destroy(self->block);
  return 0;
}

void *dryad_lua_own(struct lua_State *L, size_t size, void (*destroy)(void *block))
{
  owned *self = lua_newuserdatauv(L, sizeof *self + size, 0);
  self->destroy = destroy;
  memset(self->block, 0, size);
  luaL_setmetatable(L, OWNED);
  return self->block;
}

void *dryad_lua_owned(struct lua_State *L, int index) { return ((owned *)lua_touserdata(L, index))->block; }

void dryad_lua_weigh(struct lua_State *L, uint64_t bytes)
{
  if (bytes >> 20) lua_gc(L, LUA_GCSTEP, (int)(bytes >> 10 < INT32_MAX ? bytes >> 10 : INT32_MAX));
}

void dryad_lua_open_owned(struct lua_State *L)
{
  luaL_newmetatable(L, OWNED);
  lua_pushcfunction(L, owned_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
}
