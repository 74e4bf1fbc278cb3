/* SPDX-License-Identifier: MIT */
#include "host/terminal.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/printable.h"

static bool put(void *file, const char *bytes, size_t length) { return fwrite(bytes, 1, length, file) == length; }

void dryad_terminal_write(FILE *file, const char *text)
{
  dryad_put_printable((dryad_text){text, strlen(text)}, DRYAD_LINES, put, file);
}

void dryad_terminal_tell(const char *problem)
{
  dryad_terminal_write(stderr, "dryad: ");
  dryad_terminal_write(stderr, problem);
  dryad_terminal_write(stderr, "\n");
}

static int is_terminal(lua_State *L)
{
  static const char *const names[] = {"stdin", "stdout", "stderr", NULL};
  lua_pushboolean(L, isatty(luaL_checkoption(L, 1, NULL, names)));
  return 1;
}

static int size(lua_State *L)
{
  static const int descriptors[] = {STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO};
  struct winsize window;
  for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++) {
    if (ioctl(descriptors[i], TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0) continue;
    lua_pushinteger(L, window.ws_row);
    lua_pushinteger(L, window.ws_col);
    return 2;
  }
  return 0;
}

static int attach(lua_State *L)
{
  lua_pushboolean(L, isatty(STDOUT_FILENO) && freopen("/dev/tty", "r", stdin) != NULL);
  return 1;
}

int dryad_open_terminal(lua_State *L)
{
  static const luaL_Reg functions[] = {{"is_terminal", is_terminal}, {"size", size}, {"attach", attach}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
