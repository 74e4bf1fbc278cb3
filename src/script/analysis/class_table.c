/* SPDX-License-Identifier: MIT */
#include "script/analysis/class_table.h"

#include <lauxlib.h>

#include "analysis/class_table.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/class.h"

static void destroy(void *table) { dryad_class_table_deinit(table); }

static void push_row(lua_State *L, int box, const dryad_classes *classes, const dryad_class_row *row)
{
  lua_createtable(L, 0, 7);
  dryad_lua_set_class(L, box, classes, row->class, row->largest);
  dryad_lua_set_integer(L, "count", row->count);
  dryad_lua_set_integer(L, "size", row->size);
  dryad_lua_set_integer(L, "retained", row->retained);
  dryad_lua_set_integer(L, "address", dryad_graph_address(classes->graph, row->largest));
}

/* core.class_table(heap, order, most, text): the first `most` rows {class (nil: not known), type_str, origin, count,
   size, retained, address (of the object that retains most)} in an order: "retained", "size", "count" or "name"; with a
   text, of the classes whose names contain it. Then the number of these classes, of their objects, and their bytes. */
static int class_table(lua_State *L)
{
  static const char *const names[] = {"retained", "size", "count", "name", NULL};
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const dryad_class_order order = (dryad_class_order)luaL_checkoption(L, 2, NULL, names);
  const lua_Integer most = luaL_checkinteger(L, 3);
  size_t length = 0;
  const char *text = luaL_optlstring(L, 4, "", &length);
  dryad_lua_work work;
  lua_settop(L, 4);
  const dryad_dominators *dominators = dryad_lua_dominators(L, heap);
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  dryad_lua_push_box(L, 1);
  dryad_class_table *table = dryad_lua_own(L, sizeof *table, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_class_table_init(table, classes, dominators, progress, &work.error));
  lua_settop(L, 6);
  dryad_class_table_select(table, classes, (dryad_text){text, length});
  dryad_class_table_sort(table, classes, order);
  uint64_t count = 0, size = 0;
  lua_newtable(L);
  for (uint32_t i = 0; i < table->count; i++) {
    count += table->rows[i].count;
    size = dryad_add_sizes(size, table->rows[i].size);
    if ((lua_Integer)i >= most) continue;
    push_row(L, 5, classes, &table->rows[i]);
    lua_rawseti(L, 7, (lua_Integer)i + 1);
  }
  lua_pushinteger(L, table->count);
  lua_pushinteger(L, (lua_Integer)count);
  lua_pushinteger(L, (lua_Integer)size);
  return 4;
}

void dryad_lua_open_class_table(lua_State *L)
{
  lua_pushcfunction(L, class_table);
  lua_setfield(L, -2, "class_table");
}
