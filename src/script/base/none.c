/* SPDX-License-Identifier: MIT */
#include "script/base/none.h"

#include <lauxlib.h>

static char none_key;

void dryad_lua_push_none(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &none_key); }

bool dryad_lua_is_none(lua_State *L, int index)
{
  dryad_lua_push_none(L);
  bool is = lua_rawequal(L, index, -1);
  lua_pop(L, 1);
  return is;
}

static int to_string(lua_State *L)
{
  lua_pushliteral(L, "None");
  return 1;
}

void dryad_lua_open_none(lua_State *L)
{
  static const luaL_Reg metamethods[] = {{"__tostring", to_string}, {NULL, NULL}};
  lua_newuserdatauv(L, 0, 0);
  luaL_newlib(L, metamethods);
  lua_pushliteral(L, "None");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &none_key);
  lua_setfield(L, -2, "None");
}
