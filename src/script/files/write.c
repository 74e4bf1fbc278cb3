/* SPDX-License-Identifier: MIT */
#include "script/files/write.h"

#include <sys/random.h>

#include "formats/meliae/write.h"
#include "graph/graph.h"
#include "script/base/work.h"
#include "script/files/sink.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 14 };

/* With a key, contents are hashed. */
static dryad_status write_objects(dryad_sink *sink, dryad_buffer *line, const dryad_graph *graph, int python,
                                  const uint8_t *key, const dryad_progress *progress, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (dryad_id id = 0; id < graph->count && status == DRYAD_OK; id++) {
    line->length = 0;
    status = key ? dryad_meliae_write_redacted(line, graph, id, python, key, error)
                 : dryad_meliae_write_object(line, graph, id, python, error);
    if (status == DRYAD_OK) status = dryad_sink_write(sink, line->data, line->length, error);
    if (status == DRYAD_OK) status = dryad_sink_write(sink, "\n", 1, error);
    if (id % OBJECTS_BETWEEN_TELLING == 0 && !progress->report(progress->context, "writing", id, graph->count))
      status = DRYAD_CANCELLED;
  }
  return status;
}

/* core.write_dump(heap, sink, progress, redact): writes every object as a line, in address order, finishes the sink,
   and returns what `sink:finish` returns. `redact` hashes contents with a random key that is not kept. */
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
  const dryad_graph *graph = heap->graph;
  dryad_buffer line = {.allocator = graph->allocator};
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 3);
  dryad_sink *sink = *slot;
  *slot = NULL;
  dryad_status status = write_objects(sink, &line, graph, dryad_heap_report(heap->heap)->python, redact ? key : NULL,
                                      &progress, &work.error);
  if (status == DRYAD_OK) status = dryad_graph_check(graph, &work.error);
  if (status == DRYAD_OK)
    status = dryad_sink_finish(sink, &result, &work.error);
  else
    dryad_sink_abandon(sink);
  dryad_buffer_deinit(&line);
  dryad_lua_work_end(&work, status);
  return dryad_lua_push_sink_result(L, &result);
}

void dryad_lua_open_write(lua_State *L)
{
  lua_pushcfunction(L, write_dump);
  lua_setfield(L, -2, "write_dump");
}
