/* SPDX-License-Identifier: MIT */
#include "script/files/write.h"

#include <sys/random.h>

#include "formats/meliae/write_dump.h"
#include "script/base/work.h"
#include "script/files/sink.h"

/* core.write_dump(heap, sink, progress, redact): writes the heap as a dump, finishes the sink, and returns what
 * `sink:finish` returns. `redact` hashes contents with a random key that is not kept. */
static int write_dump(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_sink **slot = dryad_lua_check_sink(L, 2);
  dryad_lua_work work;
  dryad_sink_result result;
  uint8_t key[DRYAD_SIPHASH_KEY];
  lua_settop(L, 4);
  bool redact = lua_toboolean(L, 4);
  if (redact && getrandom(key, sizeof key, 0) != sizeof key) return luaL_error(L, "no random numbers for the hashes");
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 3);
  dryad_sink *sink = *slot;
  *slot = NULL;
  dryad_status status = dryad_meliae_write_dump(heap->heap, sink, redact ? key : NULL, progress, &work.error);
  if (status == DRYAD_OK)
    status = dryad_sink_finish(sink, &result, &work.error);
  else
    dryad_sink_abandon(sink);
  dryad_lua_work_end(&work, status);
  return dryad_lua_push_sink_result(L, &result);
}

void dryad_lua_open_write(lua_State *L)
{
  lua_pushcfunction(L, write_dump);
  lua_setfield(L, -2, "write_dump");
}
