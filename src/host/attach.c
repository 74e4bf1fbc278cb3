/* SPDX-License-Identifier: MIT */
#include "host/attach.h"

#include <string.h>

#include "attach/attach.h"
#include "script/base/fail.h"
#include "script/base/interrupt.h"
#include "script/files/sink.h"

/* ---- the receiver */

enum { FIRST_LINE = 64 * 1024 }; /* more than the facts of any process take */

typedef struct receiving {
  lua_State *L;
  dryad_sink *sink;
  int report; /* stack index of the function */
  bool raised;
  size_t first_size;
  char first[FIRST_LINE]; /* the beginning of the dump */
} receiving;

static dryad_status take(void *context, const void *bytes, size_t size, dryad_error *error)
{
  receiving *self = context;
  const size_t room = sizeof self->first - self->first_size;
  memcpy(self->first + self->first_size, bytes, size < room ? size : room);
  self->first_size += size < room ? size : room;
  return dryad_sink_write(self->sink, bytes, size, error);
}

/* Runs inside dryad_attach_dump, so nothing in here may raise past it. */
static bool report(void *context, const char *waiting_for, uint64_t bytes)
{
  receiving *self = context;
  lua_State *L = self->L;
  if (dryad_interrupt_pending()) return false;
  lua_pushvalue(L, self->report);
  lua_pushstring(L, waiting_for);
  (void)bytes; /* the sink's bytes are reported instead */
  lua_pushinteger(L, (lua_Integer)dryad_sink_written(self->sink));
  if (lua_pcall(L, 2, 0, 0) == LUA_OK) return true;
  self->raised = true; /* the message stays on the stack */
  return false;
}

/* ---- the function */

static lua_Integer integer_field(lua_State *L, const char *name, lua_Integer least, lua_Integer most)
{
  int is_integer;
  lua_getfield(L, 1, name);
  lua_Integer number = lua_tointegerx(L, -1, &is_integer);
  if (!is_integer || number < least || number > most)
    luaL_error(L, "%s must be an integer from %I to %I", name, (LUAI_UACINT)least, (LUAI_UACINT)most);
  lua_pop(L, 1);
  return number;
}

/* The text stays on the stack. */
static const char *text_field(lua_State *L, const char *name)
{
  if (lua_getfield(L, 1, name) != LUA_TSTRING) luaL_error(L, "%s must be a string", name);
  return lua_tostring(L, -1);
}

static dryad_values values_field(lua_State *L)
{
  static const char *const names[] = {
      [DRYAD_VALUES_FULL] = "full", [DRYAD_VALUES_HASH] = "hash", [DRYAD_VALUES_NONE] = "none"};
  const char *name = text_field(L, "values");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return (dryad_values)i;
  luaL_error(L, "values must be full, hash or none, not '%s'", name);
  return DRYAD_VALUES_NONE; /* not reached */
}

/* Nanoseconds. */
static uint64_t timeout_field(lua_State *L)
{
  const double nanoseconds = 1e9, longest = 1e9; /* seconds */
  lua_getfield(L, 1, "timeout");
  const double timeout = lua_tonumber(L, -1);
  if (!(timeout > 0 && timeout <= longest)) luaL_error(L, "timeout must be a number of seconds, above 0");
  lua_pop(L, 1);
  return (uint64_t)(timeout * nanoseconds);
}

static dryad_attach_options options_of(lua_State *L)
{
  return (dryad_attach_options){
      .pid = (pid_t)integer_field(L, "pid", 1, INT32_MAX),
      .library = text_field(L, "library"),
      .values = values_field(L),
      .max_value = (uint64_t)integer_field(L, "max_value", 0, LUA_MAXINTEGER),
      .allocation_frames = (uint32_t)integer_field(L, "allocation_frames", 0, DRYAD_ALLOCATION_FRAMES),
      .timeout = timeout_field(L),
  };
}

/* The sink to write to, with its limit set; the caller still owns it. */
static dryad_sink *limited_sink(lua_State *L)
{
  lua_getfield(L, 1, "sink"); /* stays */
  dryad_sink *sink = *dryad_lua_check_sink(L, -1);
  const uint64_t room = dryad_sink_free_room(sink);
  const bool has_limit = lua_getfield(L, 1, "max_size") != LUA_TNIL;
  lua_pop(L, 1);
  if (has_limit)
    dryad_sink_limit(sink, (uint64_t)integer_field(L, "max_size", 0, LUA_MAXINTEGER), "--max-size");
  else if (room != UINT64_MAX)
    dryad_sink_limit(sink, room - room / 10, "nine tenths of the free space there");
  return sink;
}

static void push_result(lua_State *L, const dryad_attach_result *result, const receiving *self)
{
  const char *end = memchr(self->first, '\n', self->first_size);
  lua_createtable(L, 0, 8);
  if (end) {
    lua_pushlstring(L, self->first, (size_t)(end - self->first));
    lua_setfield(L, -2, "first_line");
  }
  lua_pushinteger(L, (lua_Integer)result->objects);
  lua_setfield(L, -2, "objects");
  lua_pushinteger(L, (lua_Integer)result->heap_bytes);
  lua_setfield(L, -2, "heap_bytes");
  lua_pushinteger(L, (lua_Integer)result->bytes);
  lua_setfield(L, -2, "dump_bytes");
  lua_pushinteger(L, (lua_Integer)result->resident);
  lua_setfield(L, -2, "resident");
  lua_pushnumber(L, (double)result->held / 1e9);
  lua_setfield(L, -2, "held_seconds");
  lua_pushstring(L, result->name);
  lua_setfield(L, -2, "name");
  lua_pushinteger(L, (lua_Integer)result->attempts);
  lua_setfield(L, -2, "attempts");
}

static int dump(lua_State *L)
{
  dryad_error error;
  dryad_attach_result result;
  luaL_checktype(L, 1, LUA_TTABLE);
  const dryad_attach_options options = options_of(L);
  receiving self = {.L = L, .sink = limited_sink(L)};
  lua_getfield(L, 1, "report");
  luaL_checktype(L, -1, LUA_TFUNCTION);
  self.report = lua_gettop(L);
  luaL_checkstack(L, 10, NULL);
  const dryad_attach_receiver receiver = {take, report, &self};
  dryad_status status = dryad_attach_dump(&options, &receiver, &result, &error);
  if (self.raised) return lua_error(L);
  dryad_lua_check(L, status, &error);
  push_result(L, &result, &self);
  return 1;
}

int dryad_open_attach(lua_State *L)
{
  static const luaL_Reg functions[] = {{"dump", dump}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
