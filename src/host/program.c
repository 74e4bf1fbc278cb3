/* SPDX-License-Identifier: MIT */
/* dryad_main: creates the Lua state and leaves the rest to lua/dryad/program/cli.lua. */
#include <langinfo.h>
#include <lauxlib.h>
#include <locale.h>
#include <lua.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "dryad.h"
#include "host/signals.h"
#include "host/terminal.h"
#include "script/base/interrupt.h"

enum { FAILED = 2, INTERRUPTED = 130 };

typedef struct arguments {
  int count;
  char **texts;
} arguments;

static void warn_further(void *L, const char *text, int is_continued);

static void warn(void *L, const char *text, int is_continued)
{
  if (is_continued || *text != '@') warn_further(L, text, is_continued); /* warnings cannot be turned off */
}

/* Later pieces of a warning may look like control messages, but are not. */
static void warn_further(void *L, const char *text, int is_continued)
{
  dryad_terminal_write(stderr, text);
  if (!is_continued) dryad_terminal_write(stderr, "\n");
  lua_setwarnf(L, is_continued ? warn_further : warn, L);
}

static int run_program(lua_State *L)
{
  const arguments *given = lua_touserdata(L, 1);
  lua_setwarnf(L, warn, L);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "dryad.program.cli");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "main");
  lua_createtable(L, given->count, 0);
  for (int i = 0; i < given->count; i++) {
    lua_pushstring(L, given->texts[i]);
    lua_rawseti(L, -2, i);
  }
  lua_call(L, 1, 1);
  return 1;
}

/* Text is UTF-8 everywhere, even if the environment sets no locale. */
static void choose_locale(void)
{
  if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

/* Lua's own error handlers are not loaded yet. */
static int tell_failure(lua_State *L)
{
  const char *message = luaL_tolstring(L, -1, NULL);
  bool interrupted = strstr(message, DRYAD_INTERRUPTED) != NULL;
  dryad_terminal_tell(interrupted ? "interrupted" : message);
  return interrupted ? INTERRUPTED : FAILED;
}

int dryad_main(int argc, char **argv)
{
  dryad_host *host;
  dryad_error error;
  choose_locale();
  if (dryad_host_new(&host, &error) != DRYAD_OK) {
    dryad_terminal_tell(error.text);
    return FAILED;
  }
  lua_State *L = dryad_host_state(host);
  dryad_signals_install(L);
  arguments given = {argc, argv};
  lua_pushcfunction(L, run_program);
  lua_pushlightuserdata(L, &given);
  int status = lua_pcall(L, 1, 1, 0) == LUA_OK ? (int)lua_tointeger(L, -1) : tell_failure(L);
  if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
    dryad_terminal_tell("not all of the output could be written");
    status = FAILED;
  }
  dryad_host_free(host);
  if (dryad_trace_stop(&error) != DRYAD_OK) {
    dryad_terminal_tell(error.text);
    if (status == 0) status = FAILED;
  }
  return status;
}
