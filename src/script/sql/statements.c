/* SPDX-License-Identifier: MIT */
/* Statements of a database, for Lua: run to completion, iterated over, or read as lists of objects. */
#include "script/sql/statements.h"

#include "base/error.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/interrupt.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/changes.h"
#include "script/sql/parameters.h"
#include "script/sql/result.h"
#include "script/sql/row_text.h"
#include "script/sql/slots.h"

/* ---- statements --------------------------------------------------------------------------------- */

static void destroy_statement(void *block) { dryad_statement_free(*(dryad_statement **)block); }

/* Pushes an owner of the statement at `sql`, bound to the values at `parameters`. */
static dryad_statement **prepare(lua_State *L, const dryad_lua_database *self, int sql, int parameters, bool is_trusted)
{
  size_t length;
  const char *text = luaL_checklstring(L, sql, &length);
  dryad_error error;
  dryad_statement **holder = dryad_lua_own(L, sizeof *holder, destroy_statement);
  dryad_lua_check(L, dryad_statement_new(holder, self->database, text, length, is_trusted, &error), &error);
  dryad_lua_bind(L, *holder, parameters);
  return holder;
}

static void finish(dryad_statement **holder)
{
  dryad_statement_free(*holder);
  *holder = NULL;
}

static void check_heaps_idle(lua_State *L, const dryad_lua_database *self)
{
  for (const dryad_lua_slot *s = self->slots; s; s = s->next)
    if (s->view.graph) dryad_lua_require_idle(L, s->view.heap, "run");
}

/* ---- changes ------------------------------------------------------------------------------------ */

static void destroy_change(void *block) { dryad_change_free(*(dryad_change **)block); }

/* Applies the holder's collected change and pushes its effects. Adds its heap to the array at `changed` if that has a
   new graph now. */
static dryad_status apply(lua_State *L, int changed, dryad_heap *heap, dryad_change **holder, dryad_lua_work *work)
{
  dryad_change_result result = {0};
  dryad_lua_heap *lua_heap = dryad_lua_push_slot_heap(L, 1, heap);
  int index = lua_gettop(L);
  uint64_t version = dryad_heap_revision(heap);
  dryad_progress progress = dryad_lua_work_begin(L, work, lua_heap, 0);
  dryad_change *change = *holder;
  *holder = NULL;
  dryad_status status = dryad_heap_apply(heap, change, NULL, &result, progress, &work->error);
  if (status) return status;
  dryad_lua_work_end(work, status);
  if (dryad_heap_revision(heap) != version) {
    dryad_lua_refresh(L, index);
    lua_pushvalue(L, index);
    lua_rawseti(L, changed, (lua_Integer)lua_rawlen(L, changed) + 1);
  }
  dryad_lua_push_change_result(L, &result);
  lua_pushvalue(L, index);
  lua_setfield(L, -2, "heap");
  return status;
}

/* Reverts the changes of the heaps in the array at `changed`. */
static void take_back(lua_State *L, int changed)
{
  for (lua_Integer i = (lua_Integer)lua_rawlen(L, changed); i > 0; i--) {
    lua_rawgeti(L, changed, i);
    const dryad_lua_heap *heap = lua_touserdata(L, -1);
    if (dryad_heap_undo(heap->heap)) dryad_lua_refresh(L, lua_gettop(L));
  }
}

/* Applies all changes that the statement collected, or none; fills the table at `changes`. */
static void apply_all(lua_State *L, const dryad_lua_database *self, int changes)
{
  dryad_heap *heap;
  lua_newtable(L);
  int changed = lua_gettop(L);
  dryad_change **holder = dryad_lua_own(L, sizeof *holder, destroy_change);
  int top = lua_gettop(L);
  while ((*holder = dryad_database_take_change(self->database, &heap))) {
    dryad_lua_work work;
    dryad_status status = apply(L, changed, heap, holder, &work);
    if (status) {
      take_back(L, changed);
      dryad_lua_work_end(&work, status);
    }
    lua_rawseti(L, changes, (lua_Integer)lua_rawlen(L, changes) + 1);
    lua_settop(L, top);
  }
}

/* Runs the statement, bound to its values, to its end: pushes the result, and the changes. */
static int run(lua_State *L, dryad_lua_database *self, dryad_statement **holder)
{
  dryad_lua_work work;
  bool is_reading = dryad_statement_is_read_only(*holder);
  if (!is_reading) check_heaps_idle(L, self);
  dryad_lua_hold_current(self);
  dryad_result **result = dryad_lua_new_result(L);
  int at = lua_gettop(L);
  lua_newtable(L);
  dryad_progress progress = dryad_lua_work_begin(L, &work, NULL, 0);
  dryad_lua_set_database_busy(self, true);
  dryad_status status = dryad_statement_run(*holder, result, progress, &work.error);
  dryad_lua_set_database_busy(self, false);
  finish(holder);
  dryad_lua_work_end(&work, status);
  dryad_lua_weigh_result(L, *result);
  lua_settop(L, at + 1);
  if (is_reading) return 2;
  dryad_lua_set_integer(L, "rows", dryad_database_changes(self->database));
  apply_all(L, self, at + 1);
  dryad_lua_hold_current(self);
  lua_settop(L, at + 1);
  return 2;
}

/* database:run(sql, parameters or nil, trusted or nil): the result, and the changes. */
int dryad_lua_database_run(lua_State *L)
{
  dryad_lua_database *self = dryad_lua_check_database(L, "run");
  lua_settop(L, 4);
  return run(L, self, prepare(L, self, 2, 3, lua_toboolean(L, 4)));
}

/* ---- reading ------------------------------------------------------------------------------------ */

static bool is_query(const dryad_statement *statement)
{
  return dryad_statement_is_read_only(statement) && dryad_statement_column_count(statement) > 0;
}

static void check_reading(lua_State *L, dryad_statement **holder)
{
  if (is_query(*holder)) return;
  finish(holder);
  dryad_lua_fail(L, "only a query is allowed here: select, with, values or explain");
}

/* database:query(sql, parameters or nil): the result of a statement that only reads. */
int dryad_lua_database_query(lua_State *L)
{
  dryad_lua_database *self = dryad_lua_check_database(L, "query");
  lua_settop(L, 3);
  dryad_statement **holder = prepare(L, self, 2, 3, false);
  check_reading(L, holder);
  run(L, self, holder);
  lua_pop(L, 1);
  return 1;
}

/* Upvalues: the database, the owner of the statement. */
static int next_row(lua_State *L)
{
  dryad_lua_database *self = lua_touserdata(L, lua_upvalueindex(1));
  dryad_statement **holder = lua_touserdata(L, lua_upvalueindex(3));
  dryad_error error;
  bool more;
  if (!self->database) return dryad_lua_fail(L, "the database is closed");
  if (self->busy) return dryad_lua_fail(L, "rows: the database is at work");
  if (!*holder) return 0;
  dryad_status status = dryad_statement_step(*holder, &more, dryad_interruptible, &error);
  if (status || !more) finish(holder);
  dryad_lua_check(L, status, &error);
  if (!more) return 0;
  int count = dryad_statement_column_count(*holder);
  luaL_checkstack(L, count, NULL);
  for (int i = 0; i < count; i++) {
    dryad_sql_value value = dryad_statement_column(*holder, i);
    dryad_lua_push_sql_value(L, &value);
  }
  return count;
}

/* database:rows(sql, parameters or nil): an iterator over the values of each row. A NULL in the first column ends a
   generic `for`. */
int dryad_lua_database_rows(lua_State *L)
{
  const dryad_lua_database *self = dryad_lua_check_database(L, "rows");
  lua_settop(L, 3);
  dryad_statement **holder = prepare(L, self, 2, 3, true);
  int owner = lua_gettop(L);
  check_reading(L, holder);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, owner);
  lua_pushlightuserdata(L, holder);
  lua_pushcclosure(L, next_row, 3);
  return 1;
}

/* database:texts(sql, parameters or nil, form): the names of the columns, and an iterator over the rows as text
   (row_text.h); nil if the statement is no query. */
int dryad_lua_database_texts(lua_State *L)
{
  dryad_lua_database *self = dryad_lua_check_database(L, "texts");
  lua_settop(L, 4);
  dryad_statement **holder = prepare(L, self, 2, 3, false);
  int owner = lua_gettop(L), count = dryad_statement_column_count(*holder);
  if (!is_query(*holder)) {
    finish(holder);
    return 0;
  }
  dryad_lua_hold_current(self);
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    lua_pushstring(L, dryad_statement_column_name(*holder, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  dryad_lua_push_statement_texts(L, 4, 1, owner, 2);
  return 2;
}

typedef struct found_ids {
  dryad_column ids; /* dryad_id[count] */
  uint64_t count;
} found_ids;

static void destroy_ids(void *block)
{
  dryad_column_free(&((found_ids *)block)->ids, &dryad_default_allocator, sizeof(dryad_id));
}

static dryad_status collect_ids(found_ids *found, const dryad_graph *graph, dryad_statement *statement,
                                dryad_progress progress, dryad_error *error)
{
  bool more = true;
  while (more) {
    dryad_status status = dryad_statement_step(statement, &more, progress, error);
    if (status) return status;
    dryad_sql_value value = more ? dryad_statement_column(statement, 0) : (dryad_sql_value){0};
    if (value.kind != DRYAD_SQL_INTEGER) continue;
    dryad_id id = dryad_graph_find(graph, (uint64_t)value.integer);
    if (id == DRYAD_NONE) continue;
    if (!dryad_column_reserve(&found->ids, &dryad_default_allocator, found->count + 1, sizeof id))
      return dryad_fail_memory(error);
    ((dryad_id *)found->ids.data)[found->count++] = id;
  }
  return DRYAD_OK;
}

/* database:ids(heap, sql, parameters or nil): a list of the heap's objects at the addresses in the first column. */
int dryad_lua_database_ids(lua_State *L)
{
  dryad_lua_database *self = dryad_lua_check_database(L, "ids");
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 2);
  dryad_lua_work work;
  lua_settop(L, 4);
  dryad_statement **holder = prepare(L, self, 3, 4, false);
  check_reading(L, holder);
  dryad_lua_hold_current(self);
  found_ids *found = dryad_lua_own(L, sizeof *found, destroy_ids);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_set_database_busy(self, true);
  dryad_status status = collect_ids(found, heap->graph, *holder, progress, &work.error);
  dryad_lua_set_database_busy(self, false);
  finish(holder);
  dryad_lua_work_end(&work, status);
  dryad_lua_push_box(L, 2);
  return dryad_lua_push_ids(L, lua_gettop(L), heap, (dryad_ids){found->ids.data, found->count});
}
