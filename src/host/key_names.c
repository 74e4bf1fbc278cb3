/* SPDX-License-Identifier: MIT */
#include "host/key_names.h"

#include <lauxlib.h>
#include <lua.h>
#include <stddef.h>

#include <curses.h>

static const struct {
  wint_t code;
  const char *name;
} special[] = {{KEY_ENTER, "enter"},   {KEY_BACKSPACE, "backspace"}, {KEY_DC, "delete"}, {KEY_IC, "insert"},
               {KEY_UP, "up"},         {KEY_DOWN, "down"},           {KEY_LEFT, "left"}, {KEY_RIGHT, "right"},
               {KEY_PPAGE, "page_up"}, {KEY_NPAGE, "page_down"},     {KEY_HOME, "home"}, {KEY_END, "end"},
               {KEY_BTAB, "back_tab"}, {KEY_RESIZE, "resize"}},
  control[] = {{'\r', "enter"},     {'\n', "enter"},       {'\t', "tab"}, {'\33', "escape"},
               {'\b', "backspace"}, {'\x7f', "backspace"}, {' ', "space"}};

/* Pushes the name of a special key, or nothing. */
static int push_special(lua_State *L, wint_t code)
{
  for (size_t i = 0; i < sizeof special / sizeof *special; i++)
    if (special[i].code == code) {
      lua_pushstring(L, special[i].name);
      return 1;
    }
  if (code < KEY_F(1) || code > KEY_F(12)) return 0;
  lua_pushfstring(L, "f%d", (int)(code - KEY_F(1)) + 1);
  return 1;
}

static int push_character(lua_State *L, wint_t code)
{
  for (size_t i = 0; i < sizeof control / sizeof *control; i++)
    if (control[i].code == code) {
      lua_pushstring(L, control[i].name);
      return 1;
    }
  if (code < ' ')
    lua_pushfstring(L, "ctrl_%c", code == 0 ? ' ' : (int)code + 'a' - 1);
  else
    lua_pushfstring(L, "%U", (unsigned long)code);
  return 1;
}

/* Pushes what the mouse did and where, or nothing. */
static int push_mouse(lua_State *L)
{
  MEVENT event;
  if (getmouse(&event) != OK) return 0;
  const char *name = event.bstate & BUTTON4_PRESSED   ? "wheel_up"
                     : event.bstate & BUTTON5_PRESSED ? "wheel_down"
                     : event.bstate & BUTTON1_PRESSED ? "click"
                                                      : NULL;
  if (!name) return 0;
  lua_pushstring(L, name);
  lua_pushinteger(L, event.y + 1);
  lua_pushinteger(L, event.x + 1);
  return 3;
}

int dryad_push_key(lua_State *L, wint_t code, bool is_special)
{
  if (!is_special) return push_character(L, code);
  return code == KEY_MOUSE ? push_mouse(L) : push_special(L, code);
}
