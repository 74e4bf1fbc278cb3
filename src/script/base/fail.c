/* SPDX-License-Identifier: MIT */
#include "script/base/fail.h"

#include <stdarg.h>
#include <string.h>

#include "graph/graph.h"
#include "script/base/interrupt.h"

static bool is_library(const char *source)
{
  return *source == '@' && (strstr(source, "/lua/dryad/") || strncmp(source, "@lua/dryad/", 11) == 0);
}

void dryad_lua_where(lua_State *L)
{
  lua_Debug ar;
  for (int level = 1; lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    if (ar.currentline <= 0 || is_library(ar.source)) continue;
    lua_pushfstring(L, "%s:%d: ", ar.short_src, ar.currentline);
    return;
  }
  lua_pushliteral(L, "");
}

int dryad_lua_fail(lua_State *L, const char *format, ...)
{
  va_list arguments;
  luaL_checkstack(L, 4, NULL);
  dryad_lua_where(L);
  va_start(arguments, format);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  return lua_error(L);
}

void dryad_lua_check(lua_State *L, dryad_status status, const dryad_error *error)
{
  if (status == DRYAD_OK) return;
  if (status == DRYAD_CANCELLED) {
    dryad_interrupt_take();
    lua_pushliteral(L, DRYAD_INTERRUPTED);
    lua_error(L);
  }
  dryad_lua_fail(L, "%s", error->text);
}

void dryad_lua_check_sound(lua_State *L, const dryad_graph *graph)
{
  dryad_error error;
  if (dryad_graph_check(graph, &error)) dryad_lua_fail(L, "%s", error.text);
}

int dryad_lua_raise(lua_State *L) { return dryad_lua_fail(L, "%s", luaL_checkstring(L, 1)); }
