/* SPDX-License-Identifier: MIT */
#include "host/build.h"

#include <lauxlib.h>
#include <lua.h>
#include <sqlite3.h>

#include "dryad.h"
#include "host/commit.h" /* made by commit.cmake at each build */

int dryad_open_build(struct lua_State *L)
{
  const char *commit = DRYAD_COMMIT;
  lua_createtable(L, 0, 1);
  lua_pushfstring(L, "dryad %s%s%s%s\n%s, SQLite %s", DRYAD_VERSION, *commit ? " (" : "", commit, *commit ? ")" : "",
                  LUA_RELEASE, sqlite3_libversion());
  lua_setfield(L, -2, "text");
  return 1;
}
