/* SPDX-License-Identifier: MIT */
#include "host/signals.h"

#include <lauxlib.h>
#include <lua.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "script/base/interrupt.h"

#define LOOK_EVERY 10000   /* instructions */
#define LONGEST_WAIT 86400 /* seconds */

static lua_State *interrupted_state;  /* NULL: the embedding program handles signals */
static volatile sig_atomic_t presses; /* of Ctrl-C since the last guard */

/* For coroutines, which inherit this hook but not the one that dryad_interrupt sets. */
static void look(lua_State *L, lua_Debug *ar)
{
  (void)ar;
  if (dryad_interrupt_take()) luaL_error(L, DRYAD_INTERRUPTED);
}

static void insist(lua_State *L, lua_Debug *ar)
{
  (void)ar;
  luaL_error(L, DRYAD_INTERRUPTED);
}

static void say(const char *text)
{
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

static void on_interrupt(int signal_number)
{
  (void)signal_number;
  presses++;
  dryad_interrupt(interrupted_state);
  if (presses > 1) lua_sethook(interrupted_state, insist, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
  if (presses == 3) say("\ndryad: still stopping; Ctrl-\\ ends the program\n");
}

static void forget(lua_State *L)
{
  presses = 0;
  dryad_interrupt_take();
  lua_sethook(L, look, LUA_MASKCOUNT, LOOK_EVERY);
}

static void handle(int signal_number, void (*handler)(int))
{
  struct sigaction action = {.sa_handler = handler}; /* no SA_RESTART: a blocked read must return */
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, NULL);
}

void dryad_signals_install(struct lua_State *L)
{
  interrupted_state = L;
  forget(L);
  handle(SIGINT, on_interrupt);
  handle(SIGPIPE, SIG_DFL);
  handle(SIGXFSZ, SIG_IGN); /* writing too large a file is an error of write */
}

static int guard(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TFUNCTION);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushboolean(L, true);
  lua_insert(L, 1); /* true, f, handler, ... */
  lua_pushvalue(L, 2);
  lua_remove(L, 2);
  lua_insert(L, 3); /* true, handler, f, ... */
  bool good = lua_pcall(L, lua_gettop(L) - 3, LUA_MULTRET, 2) == LUA_OK;
  if (interrupted_state) forget(interrupted_state);
  if (!good) {
    lua_pushboolean(L, false);
    lua_replace(L, 1);
  }
  lua_remove(L, 2);
  return lua_gettop(L);
}

static void ignore(int signal_number) { (void)signal_number; }

static int hold_pipe(lua_State *L)
{
  /* A handler, not SIG_IGN, which the pager's children would inherit. */
  handle(SIGPIPE, lua_toboolean(L, 1) ? ignore : SIG_DFL);
  return 0;
}

static int wait_seconds(lua_State *L)
{
  const lua_Number seconds = luaL_checknumber(L, 1);
  luaL_argcheck(L, seconds >= 0 && seconds <= LONGEST_WAIT, 1, "must be from 0 to a day");
  const time_t whole = (time_t)seconds;
  const struct timespec left = {whole, (long)((seconds - (lua_Number)whole) * 1e9)};
  sigset_t held, before;
  sigemptyset(&held);
  sigaddset(&held, SIGINT); /* so that it cannot arrive between the question and the wait */
  sigprocmask(SIG_BLOCK, &held, &before);
  if (!dryad_interrupt_pending()) pselect(0, NULL, NULL, NULL, &left, &before);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return 0;
}

int dryad_open_signals(struct lua_State *L)
{
  static const luaL_Reg functions[] = {
      {"guard", guard}, {"hold_pipe", hold_pipe}, {"wait", wait_seconds}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
