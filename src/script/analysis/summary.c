/* SPDX-License-Identifier: MIT */
#include "script/analysis/summary.h"

#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/table.h"

static void destroy(void *summary) { dryad_summary_free(*(dryad_summary **)summary); }

static void push_row(lua_State *L, int box, const dryad_graph *graph, const dryad_summary_row *row)
{
  lua_createtable(L, 0, 8);
  dryad_lua_push_type(L, box, graph, row->type);
  lua_setfield(L, -2, "type_str");
  dryad_lua_set_integer(L, "count", row->count);
  dryad_lua_set_integer(L, "total_size", row->total_size);
  dryad_lua_set_integer(L, "max_size", row->max_size);
  dryad_lua_set_integer(L, "max_address", dryad_graph_address(graph, row->max_id));
  lua_pushnumber(L, row->average);
  lua_setfield(L, -2, "avg");
  lua_pushnumber(L, row->stddev);
  lua_setfield(L, -2, "stddev");
}

/* core.summary_rows(heap, list or nil): an array of rows by total size, the number of objects, their bytes. */
static int summary_rows(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_ids ids = dryad_lua_list_ids(L, 2, heap);
  dryad_error error;
  lua_settop(L, 2);
  dryad_lua_push_box(L, 1);
  dryad_summary **holder = dryad_lua_own(L, sizeof *holder, destroy);
  const dryad_graph *graph = heap->graph;
  dryad_lua_check(L, dryad_summarize(holder, graph, ids.ids, ids.count, &error), &error);
  const dryad_summary *summary = *holder;
  lua_createtable(L, (int)summary->row_count, 0);
  for (uint32_t i = 0; i < summary->row_count; i++) {
    push_row(L, 3, graph, &summary->rows[i]);
    lua_rawseti(L, 5, (lua_Integer)i + 1);
  }
  lua_pushinteger(L, (lua_Integer)summary->total_count);
  lua_pushinteger(L, (lua_Integer)summary->total_size);
  return 3;
}

void dryad_lua_open_summary(lua_State *L)
{
  lua_pushcfunction(L, summary_rows);
  lua_setfield(L, -2, "summary_rows");
}
