/* SPDX-License-Identifier: MIT */
#include "script/files/source.h"

#include <string.h>

#include "script/base/fail.h"

/* Calls the function, which returns text or, at the end, nil or "". */
static int next_chunk(lua_State *L)
{
  lua_call(L, 0, 1);
  if (!lua_isnoneornil(L, 1) && lua_type(L, 1) != LUA_TSTRING)
    return dryad_lua_fail(L, "source: its function must return text, or nil at the end, but returned a %s",
                          luaL_typename(L, 1));
  return 1;
}

/* Runs inside the core, so nothing in here may raise past it. */
static ptrdiff_t read_chunk(void *context, void *buffer, size_t capacity)
{
  dryad_lua_source *source = context;
  lua_State *L = source->L;
  size_t length = 0;
  const char *text = lua_isstring(L, source->chunk) ? lua_tolstring(L, source->chunk, &length) : NULL;
  if (!text || source->used == length) {
    lua_pushcfunction(L, next_chunk);
    lua_pushvalue(L, source->function);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
      lua_replace(L, source->message);
      source->raised = true;
      return -1;
    }
    lua_replace(L, source->chunk);
    source->used = 0;
    if (lua_isnil(L, source->chunk)) return 0;
    text = lua_tolstring(L, source->chunk, &length);
  }
  size_t count = length - source->used < capacity ? length - source->used : capacity;
  memcpy(buffer, text + source->used, count);
  source->used += count;
  return (ptrdiff_t)count;
}

dryad_source dryad_lua_read_from(dryad_lua_source *source) { return (dryad_source){read_chunk, source}; }
