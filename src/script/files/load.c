/* SPDX-License-Identifier: MIT */
#include "script/files/load.h"

#include "base/error.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/files/source.h"

/* The stack slots of core.load. */
enum { SOURCE = 1, NAME, OPTIONS, SPILL, PROGRESS, HEAP, CHUNK, MESSAGE };

/* core.load(source, name, options) -> heap: `source` is a path or a function that returns chunks of text, `name` its
   name in messages and heap.file; options are threads, raw, strict, python, spill, max_text, max_memory and progress,
   all checked by the caller. */
static int load(lua_State *L)
{
  dryad_lua_work work;
  dryad_lua_source source = {.L = L, .function = SOURCE, .chunk = CHUNK, .message = MESSAGE};
  const char *name = luaL_checkstring(L, NAME);
  luaL_checktype(L, OPTIONS, LUA_TTABLE);
  lua_settop(L, OPTIONS);
  lua_getfield(L, OPTIONS, "spill");
  lua_getfield(L, OPTIONS, "progress");
  lua_gc(L, LUA_GCCOLLECT); /* frees unused heaps */
  dryad_lua_heap *self = dryad_lua_new_heap(L);
  lua_settop(L, MESSAGE);
  dryad_load_options options = {.size = sizeof options,
                                .raw = dryad_lua_flag(L, OPTIONS, "raw"),
                                .strict = dryad_lua_flag(L, OPTIONS, "strict"),
                                .spill = lua_tostring(L, SPILL)};
  lua_getfield(L, OPTIONS, "python");
  options.python = (int)lua_tointeger(L, -1);
  lua_getfield(L, OPTIONS, "threads");
  options.threads = (unsigned)lua_tointeger(L, -1);
  lua_getfield(L, OPTIONS, "max_text");
  options.max_text = (size_t)lua_tointeger(L, -1);
  lua_getfield(L, OPTIONS, "max_memory");
  options.max_memory = (uint64_t)lua_tointeger(L, -1);
  options.progress = dryad_lua_work_begin(L, &work, NULL, PROGRESS);
  dryad_status status;
  options.name = name;
  if (lua_isfunction(L, SOURCE))
    status = dryad_heap_load_source(&self->heap, dryad_lua_read_from(&source), name, &options, &work.error);
  else
    status = dryad_heap_load(&self->heap, lua_tostring(L, SOURCE), &options, &work.error);
  if (status == DRYAD_NO_MEMORY && !options.spill)
    dryad_fail(&work.error, status,
               "out of memory; with a folder to spill to (spill, --spill) the heap is kept on disk");
  dryad_lua_work_end(&work, source.raised ? DRYAD_OK : status);
  if (source.raised) {
    lua_settop(L, MESSAGE);
    return lua_error(L);
  }
  dryad_lua_refresh(L, HEAP);
  lua_pushvalue(L, HEAP);
  return 1;
}

void dryad_lua_open_load(lua_State *L)
{
  lua_pushcfunction(L, load);
  lua_setfield(L, -2, "load");
}
