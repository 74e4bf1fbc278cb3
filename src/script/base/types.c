/* SPDX-License-Identifier: MIT */
/* Userdata types: their metatables, and the lookup of fields. */
#include "script/base/types.h"

#include <string.h>

#include "script/base/fail.h"

enum { META = lua_upvalueindex(1), GETTERS = lua_upvalueindex(2), METHODS = lua_upvalueindex(3) };

static const char *short_name(const char *name) { return name + strlen("dryad."); }

void dryad_lua_add_type(lua_State *L, const dryad_lua_type *type)
{
  int core = lua_gettop(L), meta = core + 1, getters = core + 2, methods = core + 3;
  luaL_newmetatable(L, type->name);
  lua_newtable(L);
  for (int i = 0; type->getter_names && type->getter_names[i]; i++) {
    lua_pushinteger(L, i);
    lua_setfield(L, getters, type->getter_names[i]);
  }
  lua_newtable(L);
  luaL_setfuncs(L, type->methods, 0);
  lua_pushvalue(L, meta);
  for (int i = meta; i <= methods; i++) lua_pushvalue(L, i);
  luaL_setfuncs(L, type->metamethods, 3);
  lua_createtable(L, 0, 3);
  lua_pushvalue(L, meta);
  lua_setfield(L, -2, "meta");
  lua_pushvalue(L, getters);
  lua_setfield(L, -2, "getters");
  lua_pushvalue(L, methods);
  lua_setfield(L, -2, "methods");
  lua_setfield(L, core, short_name(type->name));
  lua_settop(L, core);
}

void *dryad_lua_index_self(lua_State *L, const char *name)
{
  if (lua_getmetatable(L, 1) && lua_rawequal(L, -1, META)) {
    lua_pop(L, 1);
    return lua_touserdata(L, 1);
  }
  return luaL_checkudata(L, 1, name);
}

/* Calls a function that the Lua side put into the core table, with the values on the top; the function raises. */
static int call_back(lua_State *L, const char *function, int arguments)
{
  lua_getfield(L, LUA_REGISTRYINDEX, "dryad.core");
  lua_getfield(L, -1, function);
  lua_remove(L, -2);
  lua_insert(L, -1 - arguments);
  lua_call(L, arguments, 0);
  return 0;
}

int dryad_lua_index(lua_State *L, const char *name)
{
  lua_pushvalue(L, 2);
  switch (lua_rawget(L, GETTERS)) {
  case LUA_TNUMBER: return (int)lua_tointeger(L, -1);
  case LUA_TFUNCTION:
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return -1;
  default: break;
  }
  lua_pushvalue(L, 2);
  if (lua_rawget(L, METHODS) != LUA_TNIL) return -1;
  lua_pushstring(L, short_name(name));
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 1);
  call_back(L, "unknown_field", 3);
  return -1;
}

void *dryad_lua_check_self(lua_State *L, const char *name, const char *method)
{
  void *self = luaL_testudata(L, 1, name);
  if (self) return self;
  lua_pushstring(L, short_name(name));
  lua_pushstring(L, method);
  call_back(L, "wrong_self", 2);
  return NULL;
}

int dryad_lua_read_only(lua_State *L)
{
  return dryad_lua_fail(L, "%s is read-only: its field '%s' cannot be set",
                        luaL_getmetafield(L, 1, "__name") == LUA_TSTRING ? lua_tostring(L, -1) : "this",
                        luaL_tolstring(L, 2, NULL));
}
