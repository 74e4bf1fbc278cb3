/* Files that appear only when they are complete, compressed by their names. */
#include "core/memory.h"
#include "formats/stream.h"
#include "script/script.h"

#define TYPE "dryad.sink"

typedef struct lua_sink {
  dryad_sink *sink; /* NULL: finished or abandoned */
} lua_sink;

static lua_sink *check(lua_State *L)
{
  lua_sink *self = luaL_checkudata(L, 1, TYPE);
  if (!self->sink) dryad_lua_fail(L, "the file is closed");
  return self;
}

static int sink_write(lua_State *L)
{
  dryad_error error;
  size_t length;
  lua_sink *self = check(L);
  const char *text = luaL_checklstring(L, 2, &length);
  dryad_lua_check(L, dryad_sink_write(self->sink, text, length, &error), &error);
  return 0;
}

static int sink_finish(lua_State *L)
{
  dryad_error error;
  lua_sink *self = check(L);
  dryad_sink *sink = self->sink;
  self->sink = NULL;
  dryad_lua_check(L, dryad_sink_finish(sink, &error), &error);
  return 0;
}

static int sink_abandon(lua_State *L)
{
  lua_sink *self = luaL_checkudata(L, 1, TYPE);
  dryad_sink_abandon(self->sink);
  self->sink = NULL;
  return 0;
}

/* core.sink(path): a file to `write` texts to and to `finish`; dropped before that, nothing of it is left. "-" is
   standard output. Failures are raised. */
static int open_sink(lua_State *L)
{
  dryad_error error;
  const char *path = luaL_checkstring(L, 1);
  lua_sink *self = lua_newuserdatauv(L, sizeof *self, 0);
  self->sink = NULL;
  luaL_setmetatable(L, TYPE);
  dryad_lua_check(L, dryad_sink_open(&self->sink, path, &dryad_default_allocator, &error), &error);
  return 1;
}

void dryad_lua_open_sink(lua_State *L)
{
  static const luaL_Reg methods[] = {{"write", sink_write}, {"finish", sink_finish}, {NULL, NULL}};
  static const luaL_Reg events[] = {{"__gc", sink_abandon}, {"__close", sink_abandon}, {NULL, NULL}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, events, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_pushcfunction(L, open_sink);
  lua_setfield(L, -2, "sink");
}
