/* SPDX-License-Identifier: MIT */
#include "script.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>

#include "dryad.h"

static void set_field(lua_State *L, const char *name, const char *text)
{
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

static bool run(dryad_host *host, const char *script, const char *dump, const char *folder, const char *const *names,
                size_t count, double *figures)
{
  lua_State *L = dryad_host_state(host);
  dryad_error error;
  lua_newtable(L);
  set_field(L, "dump", dump);
  set_field(L, "folder", folder);
  lua_setglobal(L, "BENCH");
  if (dryad_host_run_file(host, script, 0, NULL, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return false;
  }
  lua_getglobal(L, "BENCH");
  lua_getfield(L, -1, "figures");
  for (size_t i = 0; i < count; i++) {
    lua_getfield(L, -1, names[i]);
    figures[i] = luaL_checknumber(L, -1);
    lua_pop(L, 1);
  }
  return true;
}

bool script_run(const char *script, const char *dump, const char *const *names, size_t count, double *figures)
{
  char folder[] = "/tmp/dryad-bench-XXXXXX", command[sizeof folder + 16];
  dryad_error error;
  dryad_host *host;
  if (!mkdtemp(folder)) return false;
  if (dryad_host_new(&host, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return false;
  }
  bool ok = run(host, script, dump, folder, names, count, figures);
  dryad_host_free(host);
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command) == 0 && ok;
}
