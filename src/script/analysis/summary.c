/* SPDX-License-Identifier: MIT */
#include "script/analysis/summary.h"

#include "analysis/summary.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/heap/class.h"

static void destroy(void *summary) { dryad_summary_free(*(dryad_summary **)summary); }

/* Pushes a row without the name of what it sums up. */
static void push_row(lua_State *L, const dryad_graph *graph, const dryad_summary_row *row)
{
  lua_createtable(L, 0, 10);
  dryad_lua_set_integer(L, "count", row->count);
  dryad_lua_set_integer(L, "total_size", row->total_size);
  dryad_lua_set_integer(L, "max_size", row->max_size);
  dryad_lua_set_integer(L, "max_address", dryad_graph_address(graph, row->max_id));
  lua_pushnumber(L, row->average);
  lua_setfield(L, -2, "avg");
  lua_pushnumber(L, row->stddev);
  lua_setfield(L, -2, "stddev");
}

static int push_totals(lua_State *L, const dryad_summary *summary)
{
  lua_pushinteger(L, (lua_Integer)summary->total_count);
  lua_pushinteger(L, (lua_Integer)summary->total_size);
  return 3;
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
    push_row(L, graph, &summary->rows[i]);
    dryad_lua_push_type(L, 3, graph, summary->rows[i].type);
    lua_setfield(L, -2, "type_str");
    lua_rawseti(L, 5, (lua_Integer)i + 1);
  }
  return push_totals(L, summary);
}

static void set_class(lua_State *L, const dryad_classes *classes, const dryad_summary_row *row, int box)
{
  dryad_lua_set_class(L, box, classes, row->type, row->max_id);
  dryad_lua_set_integer(L, "versions", dryad_class_versions(classes, row->type));
}

/* core.summary_by_class(heap or list, most, least): the same for all objects of a heap, or the members of a list, by
   class; at most `most` rows, all of them for nil, without those of fewer than `least` objects. A row also has the
   class (nil: not known), its bare name `type_str`, the number of class objects that have this name as `versions`, and
   whose code defines it as `origin`: "program", "package", "library" or "interpreter". */
static int summary_by_class(lua_State *L)
{
  const dryad_lua_list *list = luaL_testudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list ? list->view.heap : dryad_lua_check_heap(L, 1);
  lua_Integer most = luaL_optinteger(L, 2, LUA_MAXINTEGER), least = luaL_optinteger(L, 3, 0), made = 0;
  dryad_error error;
  lua_settop(L, 1);
  dryad_ids ids = list ? dryad_lua_list_ids(L, 1, heap) : (dryad_ids){NULL, 0};
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  dryad_lua_push_box(L, 1);
  dryad_summary **holder = dryad_lua_own(L, sizeof *holder, destroy);
  dryad_lua_check(L, dryad_summarize_by_class(holder, classes, ids.ids, ids.count, &error), &error);
  const dryad_summary *summary = *holder;
  lua_newtable(L);
  for (uint32_t i = 0; i < summary->row_count && made < most; i++) {
    if (least > 0 && summary->rows[i].count < (uint64_t)least) continue;
    push_row(L, heap->graph, &summary->rows[i]);
    set_class(L, classes, &summary->rows[i], 2);
    lua_rawseti(L, 4, ++made);
  }
  return push_totals(L, summary);
}

void dryad_lua_open_summary(lua_State *L)
{
  static const luaL_Reg functions[] = {
      {"summary_rows", summary_rows}, {"summary_by_class", summary_by_class}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
