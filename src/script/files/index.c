/* SPDX-License-Identifier: MIT */
/* Heaps as indexes on disk. */
#include "script/files/index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "formats/index/index.h"
#include "script/base/fail.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/files/sink.h"

/* An origin in Lua: {raw =, max_text = (0: unknown), python = 2, 3 or nil, changed =, size =, mtime =, hash = as text};
   the last three are nil
   if the heap did not come from a regular file. */
static void push_origin(lua_State *L, const dryad_index_origin *origin)
{
  char digits[17];
  lua_createtable(L, 0, 6);
  lua_pushboolean(L, origin->is_raw);
  lua_setfield(L, -2, "raw");
  dryad_lua_set_integer(L, "max_text", origin->max_text);
  lua_pushboolean(L, origin->is_changed);
  lua_setfield(L, -2, "changed");
  if (origin->python) dryad_lua_set_integer(L, "python", (uint64_t)origin->python);
  if (!origin->is_known) return;
  dryad_lua_set_integer(L, "size", origin->size);
  dryad_lua_set_integer(L, "mtime", (uint64_t)origin->time);
  snprintf(digits, sizeof digits, "%016" PRIx64, origin->hash);
  lua_pushstring(L, digits);
  lua_setfield(L, -2, "hash");
}

static lua_Integer integer_field(lua_State *L, int table, const char *name)
{
  lua_getfield(L, table, name);
  lua_Integer integer = lua_tointeger(L, -1);
  lua_pop(L, 1);
  return integer;
}

static dryad_index_origin to_origin(lua_State *L, int table)
{
  dryad_index_origin origin = {.is_raw = dryad_lua_flag(L, table, "raw"),
                               .is_changed = dryad_lua_flag(L, table, "changed"),
                               .python = (int)integer_field(L, table, "python"),
                               .max_text = (size_t)integer_field(L, table, "max_text"),
                               .size = (uint64_t)integer_field(L, table, "size"),
                               .time = integer_field(L, table, "mtime")};
  lua_getfield(L, table, "hash");
  origin.is_known = lua_isstring(L, -1);
  if (origin.is_known) origin.hash = strtoull(lua_tostring(L, -1), NULL, 16);
  lua_pop(L, 1);
  return origin;
}

/* core.index_sink(path, dump, origin, options): like core.sink, a file for an index of `dump` (a path, or nil); an
   index of the same dump is replaced without `force`. */
static int index_sink(lua_State *L)
{
  dryad_error error;
  const char *path = luaL_checkstring(L, 1), *dump = luaL_optstring(L, 2, NULL);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 4);
  dryad_index_origin origin = to_origin(L, 3);
  dryad_sink **sink = dryad_lua_new_sink(L);
  dryad_sink_options options = dryad_lua_sink_options(L, 4);
  dryad_lua_check(L, dryad_index_create(sink, path, dump, &origin, &options, &dryad_default_allocator, &error), &error);
  return 1;
}

/* core.write_index(heap, sink, origin, progress) */
static int write_index(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_sink **slot = dryad_lua_check_sink(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 4);
  dryad_index_origin origin = to_origin(L, 3);
  dryad_lua_work work;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 4);
  dryad_sink *sink = *slot;
  *slot = NULL;
  dryad_lua_work_end(&work, dryad_index_write(heap->heap, sink, &origin, progress, &work.error));
  return 0;
}

/* Pushes the heap, which is at 3, and its origin; or nil, the reason, and whether the file whose path is at 1 is an
   index nevertheless. */
static int push_opened(lua_State *L, dryad_lua_work *work, dryad_status status, const dryad_index_origin *origin)
{
  bool is_unfit = status == DRYAD_FORMAT || status == DRYAD_IO;
  dryad_lua_work_end(work, is_unfit ? DRYAD_OK : status);
  if (is_unfit) {
    lua_pushnil(L);
    lua_pushstring(L, work->error.text);
    lua_pushboolean(L, dryad_index_is_one(lua_tostring(L, 1)));
    return 3;
  }
  dryad_lua_refresh(L, 3);
  lua_settop(L, 3);
  push_origin(L, origin);
  return 2;
}

/* core.open_index_beside(path, name, owner): the heap, whose path is `name`, and its origin; or nil, the reason, and
   whether it is an index. `owner` is the user id of the dump's. */
static int open_index_beside(lua_State *L)
{
  const char *path = luaL_checkstring(L, 1), *name = luaL_checkstring(L, 2);
  uid_t owner = (uid_t)luaL_checkinteger(L, 3);
  dryad_index_origin origin;
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_lua_heap *heap = dryad_lua_new_heap(L);
  dryad_progress progress = dryad_lua_work_begin(L, &work, NULL, 0);
  dryad_status status = dryad_index_open_beside(&heap->heap, &origin, path, name, owner, NULL, progress, &work.error);
  return push_opened(L, &work, status, &origin);
}

/* core.load_index(path, options): the same for an index under its own name, if it matches the options raw, strict,
   python and max_text. */
static int load_index(lua_State *L)
{
  const char *path = luaL_checkstring(L, 1);
  dryad_index_origin origin;
  dryad_lua_work work;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  dryad_load_options options = {.size = sizeof options,
                                .raw = dryad_lua_flag(L, 2, "raw"),
                                .strict = dryad_lua_flag(L, 2, "strict"),
                                .python = (int)integer_field(L, 2, "python"),
                                .max_text = (size_t)integer_field(L, 2, "max_text")};
  dryad_lua_heap *heap = dryad_lua_new_heap(L);
  options.progress = dryad_lua_work_begin(L, &work, NULL, 0);
  dryad_status status = dryad_index_load(&heap->heap, &origin, path, &options, &work.error);
  return push_opened(L, &work, status, &origin);
}

void dryad_lua_open_index(lua_State *L)
{
  static const luaL_Reg functions[] = {{"index_sink", index_sink},
                                       {"write_index", write_index},
                                       {"open_index_beside", open_index_beside},
                                       {"load_index", load_index},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
