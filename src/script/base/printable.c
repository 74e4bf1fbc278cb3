/* SPDX-License-Identifier: MIT */
#include "script/base/printable.h"

#include <lauxlib.h>

#include "base/characters.h"
#include "base/printable.h"

static dryad_text check_text(lua_State *L, int index)
{
  dryad_text text;
  text.data = luaL_checklstring(L, index, &text.length);
  return text;
}

static bool add(void *context, const char *bytes, size_t length)
{
  luaL_addlstring(context, bytes, length);
  return true;
}

/* core.printable(text [, "line" | "lines" | "styled"]): dryad_put_printable */
static int printable(lua_State *L)
{
  static const char *const forms[] = {
      [DRYAD_ONE_LINE] = "line", [DRYAD_LINES] = "lines", [DRYAD_STYLED_LINES] = "styled", NULL};
  const dryad_text text = check_text(L, 1);
  const dryad_text_form form = (dryad_text_form)luaL_checkoption(L, 2, "line", forms);
  luaL_Buffer buffer;
  lua_settop(L, 1);
  if (dryad_is_printable(text, form)) return 1;
  luaL_buffinit(L, &buffer);
  dryad_put_printable(text, form, add, &buffer);
  luaL_pushresult(&buffer);
  return 1;
}

/* core.is_hidden(code point) */
static int is_hidden(lua_State *L)
{
  const lua_Integer point = luaL_checkinteger(L, 1);
  luaL_argcheck(L, point >= 0 && point <= 0x10ffff, 1, "no code point");
  lua_pushboolean(L, dryad_is_hidden((uint32_t)point));
  return 1;
}

/* core.text_columns(text): of a printable text */
static int text_columns(lua_State *L)
{
  lua_pushinteger(L, (lua_Integer)dryad_text_columns(check_text(L, 1)));
  return 1;
}

/* core.text_beginning(text, columns): the bytes and the columns of what fits */
static int text_beginning(lua_State *L)
{
  const dryad_text text = check_text(L, 1);
  const lua_Integer columns = luaL_checkinteger(L, 2);
  size_t taken;
  const size_t length = dryad_text_beginning(text, columns < 0 ? 0 : (size_t)columns, &taken);
  lua_pushinteger(L, (lua_Integer)length);
  lua_pushinteger(L, (lua_Integer)taken);
  return 2;
}

void dryad_lua_open_printable(lua_State *L)
{
  static const luaL_Reg functions[] = {{"printable", printable},
                                       {"is_hidden", is_hidden},
                                       {"text_columns", text_columns},
                                       {"text_beginning", text_beginning},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
