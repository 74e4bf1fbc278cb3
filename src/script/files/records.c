/* SPDX-License-Identifier: MIT */
/* Reads the records of a dump one by one, without a heap. */
#include "script/files/records.h"

#include <string.h>

#include "base/memory.h"
#include "formats/meliae/records.h"
#include "script/base/fail.h"
#include "script/base/handles.h"
#include "script/base/interrupt.h"
#include "script/base/table.h"
#include "script/files/source.h"

#define TYPE "dryad.records"

typedef struct records {
  dryad_records *lines;
  dryad_lua_source source; /* if it reads from a function: user value 1; its chunk is user value 2 */
} records;

static int records_close(lua_State *L)
{
  records *self = lua_touserdata(L, 1);
  dryad_records_free(self->lines);
  self->lines = NULL;
  return 0;
}

static void push_record_value(lua_State *L, const dryad_record *record)
{
  switch (record->value_kind) {
  case DRYAD_VALUE_BOOLEAN: lua_pushboolean(L, record->boolean); break;
  case DRYAD_VALUE_INTEGER: lua_pushinteger(L, record->integer); break;
  case DRYAD_VALUE_FLOAT: lua_pushnumber(L, record->real); break;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER: dryad_lua_push_text(L, record->value.text); break;
  default: lua_pushnil(L); break;
  }
}

static void push_detail(lua_State *L, const dryad_record_details *details, dryad_detail_kind kind)
{
  if (kind == DRYAD_DETAIL_ALLOCATED)
    dryad_lua_push_sites(L, details->texts[kind]);
  else if (dryad_detail_is_text(kind))
    dryad_lua_push_text(L, details->texts[kind]);
  else
    lua_pushinteger(L, (lua_Integer)details->numbers[kind]);
}

/* Sets the fields that are there, with the keys of the dump. */
static void set_details(lua_State *L, const dryad_record_details *details)
{
  static const char *const names[DRYAD_DETAIL_KINDS] = {
      [DRYAD_DETAIL_REFCOUNT] = "refcount",  [DRYAD_DETAIL_INTERPRETER] = "interpreter",
      [DRYAD_DETAIL_MAPPED] = "mapped",      [DRYAD_DETAIL_LINE] = "line",
      [DRYAD_DETAIL_FILE] = "file",          [DRYAD_DETAIL_QUALNAME] = "qualname",
      [DRYAD_DETAIL_ALLOCATED] = "allocated"};
  dryad_lua_push_optional_text(L, details->root);
  lua_setfield(L, -2, "root");
  for (dryad_detail_kind kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    if ((details->kinds & 1u << kind) == 0) continue;
    push_detail(L, details, kind);
    lua_setfield(L, -2, names[kind]);
  }
}

static void set_ref_names(lua_State *L, const dryad_record *record)
{
  if (!record->details.names) return;
  lua_newtable(L);
  for (uint64_t i = 0; i < record->ref_count; i++) {
    if (!record->details.names[i].data) continue;
    dryad_lua_push_text(L, record->details.names[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "names");
}

static void push_record(lua_State *L, const dryad_record *record)
{
  lua_createtable(L, 0, 8);
  dryad_lua_set_integer(L, "address", record->address);
  dryad_lua_push_text(L, record->type);
  lua_setfield(L, -2, "type");
  dryad_lua_set_integer(L, "size", record->size);
  if (record->has_len) dryad_lua_set_integer(L, "len", (uint64_t)record->len);
  push_record_value(L, record);
  lua_setfield(L, -2, "value");
  dryad_lua_push_optional_text(L, record->name);
  lua_setfield(L, -2, "name");
  lua_createtable(L, record->ref_count < INT32_MAX ? (int)record->ref_count : 0, 0);
  for (uint64_t i = 0; i < record->ref_count; i++) {
    lua_pushinteger(L, (lua_Integer)record->refs[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "refs");
  set_ref_names(L, record);
  set_details(L, &record->details);
}

/* Points the source at the stack slots of the running C function. */
static void enter(lua_State *L, records *self, int at)
{
  int top = lua_gettop(L);
  luaL_checkstack(L, 20, NULL);
  lua_getiuservalue(L, at, 1);
  lua_getiuservalue(L, at, 2);
  lua_pushnil(L);
  self->source.L = L;
  self->source.function = top + 1;
  self->source.chunk = top + 2;
  self->source.message = top + 3;
}

static void leave(lua_State *L, records *self, int at, dryad_status status, const dryad_error *error)
{
  lua_pushvalue(L, self->source.chunk);
  lua_setiuservalue(L, at, 2);
  if (self->source.raised) {
    lua_pushvalue(L, self->source.message);
    lua_error(L);
  }
  dryad_lua_check(L, status, error);
}

/* Upvalue: the records. Returns a record and its line number; skips unusable lines. */
static int next_record(lua_State *L)
{
  dryad_record record;
  dryad_line what = DRYAD_LINE_BLANK;
  dryad_error error;
  uint64_t line, offset;
  bool more = true;
  dryad_status status = DRYAD_OK;
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(1));
  records *self = lua_touserdata(L, 1);
  if (!self->lines) return 0;
  enter(L, self, 1);
  while (status == DRYAD_OK && more && what != DRYAD_LINE_RECORD) {
    status = dryad_records_next(self->lines, &record, &what, &line, &offset, &more, &error);
    if (status == DRYAD_OK && dryad_interrupt_pending()) status = DRYAD_CANCELLED;
  }
  leave(L, self, 1, status, &error);
  if (!more) {
    dryad_records_free(self->lines);
    self->lines = NULL;
    return 0;
  }
  push_record(L, &record);
  lua_pushinteger(L, (lua_Integer)line);
  return 2;
}

/* core.records(source, name): an iterator for a generic `for`, with the arguments of core.load. */
static int open_records(lua_State *L)
{
  dryad_stream *stream = NULL;
  dryad_error error;
  const char *name = luaL_checkstring(L, 2);
  lua_settop(L, 2);
  records *self = lua_newuserdatauv(L, sizeof *self, 2);
  memset(self, 0, sizeof *self);
  luaL_setmetatable(L, TYPE);
  dryad_status status;
  if (lua_isfunction(L, 1)) {
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 3, 1);
    enter(L, self, 3);
    status =
        dryad_stream_open_source(&stream, dryad_lua_read_from(&self->source), name, &dryad_default_allocator, &error);
  } else {
    enter(L, self, 3);
    status = dryad_stream_open(&stream, name, &dryad_interruptible, &dryad_default_allocator, &error);
  }
  if (status == DRYAD_OK) status = dryad_records_new(&self->lines, stream, &dryad_default_allocator, &error);
  leave(L, self, 3, status, &error);
  lua_pushvalue(L, 3);
  lua_pushcclosure(L, next_record, 1);
  lua_pushnil(L);
  lua_pushnil(L);
  lua_pushvalue(L, 3);
  return 4;
}

void dryad_lua_open_records(lua_State *L)
{
  static const luaL_Reg metamethods[] = {{"__gc", records_close}, {"__close", records_close}, {NULL, NULL}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);
  lua_pushcfunction(L, open_records);
  lua_setfield(L, -2, "records");
}
