/* SPDX-License-Identifier: MIT */
/* dryad_host_* of dryad.h: a Lua state with the module in it, for programs that embed Dryad. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdlib.h>

#include "base/error.h"
#include "dryad.h"
#include "host/attach.h"
#include "host/build.h"
#include "host/curses.h"
#include "host/line_input.h"
#include "host/signals.h"
#include "host/terminal.h"
#include "host/trace.h"

struct dryad_host {
  lua_State *L;
};

/* Takes the error message from the top of the stack. */
static dryad_status fail_with_message(lua_State *L, int lua_status, dryad_error *error)
{
  dryad_status status = lua_status == LUA_ERRMEM ? DRYAD_NO_MEMORY : DRYAD_ARGUMENT;
  const char *message = lua_tostring(L, -1);
  dryad_fail(error, status, "%s", message ? message : "an error that is not a string");
  lua_pop(L, 1);
  return status;
}

static const luaL_Reg modules[] = {{"dryad", luaopen_dryad},
                                   {"dryad.terminal", dryad_open_terminal},
                                   {"dryad.input", dryad_open_input},
                                   {"dryad.signals", dryad_open_signals},
                                   {"dryad.attach", dryad_open_attach},
                                   {"dryad.curses", dryad_open_curses},
                                   {"dryad.build", dryad_open_build},
                                   {"dryad.trace", dryad_open_trace},
                                   {NULL, NULL}};

#define SCRIPT "dryad.program.script"

static int open_libraries(lua_State *L)
{
  luaL_openlibs(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  luaL_setfuncs(L, modules, 0);
  for (const char *const *name = (const char *const[]){"dryad", "dryad.dump.dump", SCRIPT, NULL}; *name; name++) {
    lua_getglobal(L, "require");
    lua_pushstring(L, *name);
    lua_call(L, 1, 0);
  }
  return 0;
}

dryad_status dryad_host_new(dryad_host **out, dryad_error *error)
{
  *out = NULL;
  dryad_host *host = malloc(sizeof *host);
  if (!host) return dryad_fail_memory(error);
  host->L = luaL_newstate();
  if (!host->L) {
    free(host);
    return dryad_fail_memory(error);
  }
  lua_pushcfunction(host->L, open_libraries);
  int lua_status = lua_pcall(host->L, 0, 0, 0);
  if (lua_status != LUA_OK) {
    dryad_status status = fail_with_message(host->L, lua_status, error);
    dryad_host_free(host);
    return status;
  }
  *out = host;
  return DRYAD_OK;
}

void dryad_host_free(dryad_host *host)
{
  if (!host) return;
  lua_close(host->L);
  free(host);
}

struct lua_State *dryad_host_state(dryad_host *host) { return host->L; }

/* Calls `function` of lua/dryad/program/script.lua, which returns true, or nil and the message. */
typedef struct script_call {
  const char *function, *first, *second;
  int argc;
  char **argv;
} script_call;

static int call_script(lua_State *L)
{
  const script_call *call = lua_touserdata(L, 1);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE); /* an earlier script may have changed `require` */
  lua_getfield(L, -1, SCRIPT);
  lua_getfield(L, -1, call->function);
  lua_pushstring(L, call->first);
  if (call->argv) {
    lua_createtable(L, call->argc, 0);
    for (int i = 0; i < call->argc; i++) {
      lua_pushstring(L, call->argv[i]);
      lua_rawseti(L, -2, i + 1);
    }
  } else {
    lua_pushstring(L, call->second);
  }
  lua_call(L, 2, 2);
  if (lua_toboolean(L, -2)) return 0;
  return lua_error(L);
}

static dryad_status run(dryad_host *host, script_call call, dryad_error *error)
{
  lua_pushcfunction(host->L, call_script);
  lua_pushlightuserdata(host->L, &call);
  int lua_status = lua_pcall(host->L, 1, 0, 0);
  return lua_status == LUA_OK ? DRYAD_OK : fail_with_message(host->L, lua_status, error);
}

dryad_status dryad_host_run_file(dryad_host *host, const char *path, int argc, char **argv, dryad_error *error)
{
  static char *none[] = {NULL};
  return run(host, (script_call){"run_file", path, NULL, argc, argv ? argv : none}, error);
}

dryad_status dryad_host_run_string(dryad_host *host, const char *code, const char *name, dryad_error *error)
{
  return run(host, (script_call){"run_string", code, name, 0, NULL}, error);
}
