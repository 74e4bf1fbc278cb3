/* SPDX-License-Identifier: MIT */
#include "script/files/csv.h"

#include "formats/csv/csv_write.h"
#include "script/base/fail.h"
#include "script/base/owned.h"

static void destroy_buffer(void *block) { dryad_buffer_deinit(block); }

/* The value on the top. */
static bool put_value(lua_State *L, dryad_buffer *buffer, dryad_csv_dialect dialect, uint64_t *escapes)
{
  dryad_text text;
  switch (lua_type(L, -1)) {
  case LUA_TNIL: return true;
  case LUA_TNUMBER:
    return lua_isinteger(L, -1) ? dryad_csv_put_integer(buffer, lua_tointeger(L, -1))
                                : dryad_csv_put_float(buffer, lua_tonumber(L, -1));
  default: text.data = luaL_checklstring(L, -1, &text.length);
  }
  return dryad_csv_put_string(buffer, text, dialect, escapes);
}

/* core.csv_line(values, count, form): a line of the first `count` values, each a number, a text or nil, and how many
   lone surrogates are escaped in it. The form is "csv" or "excel". The upvalue is a buffer that keeps its size. */
static int csv_line(lua_State *L)
{
  static const char *const forms[] = {[DRYAD_CSV_PLAIN] = "csv", [DRYAD_CSV_EXCEL] = "excel", NULL};
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer count = luaL_checkinteger(L, 2);
  dryad_csv_dialect dialect = (dryad_csv_dialect)luaL_checkoption(L, 3, NULL, forms);
  dryad_buffer *buffer = dryad_lua_owned(L, lua_upvalueindex(1));
  uint64_t escapes = 0;
  bool is_put = true;
  buffer->length = 0;
  for (lua_Integer i = 1; i <= count && is_put; i++) {
    lua_rawgeti(L, 1, i);
    is_put = (i == 1 || dryad_csv_put_separator(buffer)) && put_value(L, buffer, dialect, &escapes);
    lua_pop(L, 1);
  }
  if (!is_put || !dryad_csv_end_row(buffer, 0, dialect)) return dryad_lua_fail(L, "out of memory");
  lua_pushlstring(L, buffer->data, buffer->length);
  lua_pushinteger(L, (lua_Integer)escapes);
  return 2;
}

void dryad_lua_open_csv(lua_State *L)
{
  dryad_lua_own(L, sizeof(dryad_buffer), destroy_buffer);
  lua_pushcclosure(L, csv_line, 1);
  lua_setfield(L, -2, "csv_line");
}
