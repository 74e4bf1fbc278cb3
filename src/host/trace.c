/* SPDX-License-Identifier: MIT */
#include "host/trace.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>

#include "dryad.h"
#include "host/terminal.h"
#include "script/base/fail.h"

/* For scripts that end the program themselves. */
static void stop(void)
{
  dryad_error error;
  if (dryad_trace_stop(&error) != DRYAD_OK) dryad_terminal_tell(error.text);
}

static int start(lua_State *L)
{
  static bool is_registered;
  dryad_error error;
  const char *path = luaL_optstring(L, 1, NULL);
  FILE *lines = lua_toboolean(L, 2) ? stderr : NULL;
  dryad_lua_check(L, dryad_trace_start(path, lines, &error), &error);
  if (!is_registered) is_registered = atexit(stop) == 0;
  return 0;
}

int dryad_open_trace(struct lua_State *L)
{
  static const luaL_Reg functions[] = {{"start", start}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
