/* SPDX-License-Identifier: MIT */
/* Files that are written atomically, compressed according to their names. */
#include "script/files/sink.h"

#include "base/memory.h"
#include "script/base/fail.h"
#include "script/base/interrupt.h"
#include "script/base/table.h"
#include "sql/file_vfs.h"

#define TYPE "dryad.sink"

enum { FORCE_NAME = 1, LIMIT_NAME, TEXTS = LIMIT_NAME }; /* user values: texts that the sink borrows */

typedef struct lua_sink {
  dryad_sink *sink; /* NULL: finished or abandoned */
} lua_sink;

/* ---- for other files of this folder ------------------------------------------------------------- */

dryad_sink **dryad_lua_new_sink(lua_State *L)
{
  lua_sink *self = lua_newuserdatauv(L, sizeof *self, TEXTS);
  self->sink = NULL;
  luaL_setmetatable(L, TYPE);
  return &self->sink;
}

dryad_sink_options dryad_lua_sink_options(lua_State *L, int index)
{
  dryad_sink_options options = {
      .progress = &dryad_interruptible, .force_name = "{ force = true }", .output.expand = true};
  if (lua_isnoneornil(L, index)) return options;
  luaL_checktype(L, index, LUA_TTABLE);
  options.output.force = dryad_lua_flag(L, index, "force");
  options.output.expand = !dryad_lua_flag(L, index, "literal");
  options.plain = dryad_lua_flag(L, index, "plain");
  options.unnamed = dryad_lua_flag(L, index, "unnamed");
  lua_getfield(L, index, "process");
  options.output.process = luaL_optinteger(L, -1, 0);
  lua_getfield(L, index, "force_name");
  options.force_name = luaL_optstring(L, -1, options.force_name);
  lua_setiuservalue(L, -3, FORCE_NAME);
  lua_pop(L, 1);
  return options;
}

void dryad_lua_check_inputs(lua_State *L, const dryad_sink *sink, int index)
{
  dryad_error error;
  if (lua_isnoneornil(L, index)) return;
  if (lua_getfield(L, index, "inputs") != LUA_TNIL) {
    luaL_checktype(L, -1, LUA_TTABLE);
    for (lua_Integer i = 1; lua_geti(L, -1, i) != LUA_TNIL; i++) {
      dryad_lua_check(L, dryad_sink_check_input(sink, luaL_checkstring(L, -1), &error), &error);
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

dryad_sink **dryad_lua_check_sink(lua_State *L, int index)
{
  lua_sink *self = luaL_checkudata(L, index, TYPE);
  if (!self->sink) dryad_lua_fail(L, "the file is closed");
  return &self->sink;
}

int dryad_lua_push_sink_result(lua_State *L, const dryad_sink_result *result)
{
  lua_pushstring(L, result->path);
  lua_pushinteger(L, (lua_Integer)result->bytes);
  lua_pushboolean(L, result->is_direct);
  return 3;
}

/* ---- methods ------------------------------------------------------------------------------------ */

static int sink_write(lua_State *L)
{
  dryad_error error;
  size_t length;
  dryad_sink *sink = *dryad_lua_check_sink(L, 1);
  const char *text = luaL_checklstring(L, 2, &length);
  dryad_lua_check(L, dryad_sink_write(sink, text, length, &error), &error);
  return 0;
}

/* sink:finish(): the path of the finished file, its bytes, and whether it was written in place. */
static int sink_finish(lua_State *L)
{
  dryad_error error;
  dryad_sink_result result;
  dryad_sink **slot = dryad_lua_check_sink(L, 1), *sink = *slot;
  *slot = NULL;
  dryad_lua_check(L, dryad_sink_finish(sink, &result, &error), &error);
  return dryad_lua_push_sink_result(L, &result);
}

/* sink:reread(): completes a file without a name; returns the path by which this process can open it until the sink is
   closed, and its bytes. */
static int sink_reread(lua_State *L)
{
  dryad_error error;
  char path[DRYAD_SINK_LINK];
  dryad_sink *sink = *dryad_lua_check_sink(L, 1);
  dryad_lua_check(L, dryad_sink_reread(sink, path, &error), &error);
  lua_pushstring(L, path);
  lua_pushinteger(L, (lua_Integer)dryad_sink_written(sink));
  return 2;
}

/* sink:room(): the free bytes of the file's file system, or nil. */
static int sink_room(lua_State *L)
{
  uint64_t room = dryad_sink_free_room(*dryad_lua_check_sink(L, 1));
  if (room > LUA_MAXINTEGER) return 0;
  lua_pushinteger(L, (lua_Integer)room);
  return 1;
}

/* sink:limit(bytes, name): a longer file is an error, which names `name` as the source of the limit. */
static int sink_limit(lua_State *L)
{
  dryad_sink *sink = *dryad_lua_check_sink(L, 1);
  lua_Integer bytes = luaL_checkinteger(L, 2);
  const char *name = luaL_checkstring(L, 3);
  luaL_argcheck(L, bytes >= 0, 2, "must not be negative");
  lua_settop(L, 3);
  lua_setiuservalue(L, 1, LIMIT_NAME);
  dryad_sink_limit(sink, (uint64_t)bytes, name);
  return 0;
}

/* sink:database(): the path through which a database of this program, or one attached to it, writes the file. Close or
   detach the database before finishing, and do not `write`. */
static int sink_database(lua_State *L)
{
  char path[DRYAD_FILE_VFS_PATH];
  const dryad_sink *sink = *dryad_lua_check_sink(L, 1);
  int file = dryad_sink_file(sink);
  if (file < 0) return dryad_lua_fail(L, "%s: is no file, and a database needs one", dryad_sink_name(sink));
  dryad_file_vfs_path(path, file);
  lua_pushstring(L, path);
  return 1;
}

static int sink_abandon(lua_State *L)
{
  lua_sink *self = luaL_checkudata(L, 1, TYPE);
  dryad_sink_abandon(self->sink);
  self->sink = NULL;
  return 0;
}

/* core.sink(path, {force =, force_name =, inputs =, literal =, process =, plain =, unnamed =} or nil): a file to
   `write` texts to and to `finish`; if it is dropped before that, nothing remains (scanner/shared/output.h).
   `force_name` is the user's word for `force` in messages; `inputs` are the paths of files that are read, and so not
   replaced even with `force`; %p, %t and %h in the path are expanded unless it is `literal`; with `plain` no name means
   compression; with `unnamed` the path is a folder, and the file never gets a name: `reread` it. Raises errors. */
static int open_sink(lua_State *L)
{
  dryad_error error;
  const char *path = luaL_checkstring(L, 1);
  lua_settop(L, 2);
  dryad_sink **sink = dryad_lua_new_sink(L);
  dryad_sink_options options = dryad_lua_sink_options(L, 2);
  dryad_lua_check(L, dryad_sink_open(sink, path, &options, &dryad_default_allocator, &error), &error);
  dryad_lua_check_inputs(L, *sink, 2);
  return 1;
}

void dryad_lua_open_sink(lua_State *L)
{
  static const luaL_Reg methods[] = {{"write", sink_write}, {"finish", sink_finish}, {"reread", sink_reread},
                                     {"room", sink_room},   {"limit", sink_limit},   {"database", sink_database},
                                     {NULL, NULL}};
  static const luaL_Reg events[] = {{"__gc", sink_abandon}, {"__close", sink_abandon}, {NULL, NULL}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, events, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_pushcfunction(L, open_sink);
  lua_setfield(L, -2, "sink");
}
