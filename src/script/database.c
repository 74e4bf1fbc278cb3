/* Databases whose tables are heaps, for Lua. */
#include "sql/database.h"

#include <string.h>

#include "core/error.h"
#include "core/graph.h"
#include "core/heap.h"
#include "script/interrupt.h"
#include "script/owned.h"
#include "script/parameters.h"
#include "script/result.h"
#include "script/work.h"

/* A heap that is the tables of a suffix. Its view tells when the heap is closed. */
typedef struct slot {
  dryad_lua_view view;
  struct database *owner;
  struct slot *next;
  char suffix[24];
} slot;

/* Its user value is a table: the heap userdata by suffix, and the path. */
typedef struct database {
  dryad_database *database; /* NULL: closed */
  slot *slots;
  unsigned busy;
} database;

/* ---- life --------------------------------------------------------------------------------------- */

static void release_tables(dryad_lua_view *view)
{
  const slot *s = (const slot *)view;
  if (s->owner->database) dryad_database_drop_heap(s->owner->database, view->heap->heap);
}

static void release_nothing(dryad_lua_view *view) { (void)view; }

/* Frees a slot without taking its tables away. */
static void free_slot(slot *s)
{
  s->view.release = release_nothing;
  dryad_lua_view_drop(&s->view);
  dryad_free(&dryad_default_allocator, s, 1, sizeof *s);
}

static int close(lua_State *L)
{
  database *self = lua_touserdata(L, 1);
  dryad_database_close(self->database);
  self->database = NULL;
  while (self->slots) {
    slot *s = self->slots;
    self->slots = s->next;
    free_slot(s);
  }
  return 0;
}

static database *check(lua_State *L, const char *method)
{
  database *self = dryad_lua_check_self(L, DRYAD_LUA_DATABASE, method);
  if (!self->database) dryad_lua_fail(L, "the database is closed");
  if (self->busy) dryad_lua_fail(L, "%s: the database is at work", method);
  return self;
}

static int database_close(lua_State *L)
{
  const database *self = dryad_lua_check_self(L, DRYAD_LUA_DATABASE, "close");
  if (self->busy) return dryad_lua_fail(L, "close: the database is at work");
  return close(L);
}

static int database_is_open(lua_State *L)
{
  const database *self = dryad_lua_check_self(L, DRYAD_LUA_DATABASE, "is_open");
  lua_pushboolean(L, self->database != NULL);
  return 1;
}

static bool flag(lua_State *L, int options, const char *name)
{
  if (!lua_istable(L, options)) return false;
  lua_getfield(L, options, name);
  bool set = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return set;
}

/* core.database(path or nil, {create =, unguarded =} or nil): nil is in memory. What is called is the kind's own table,
   which has the name. */
static int open(lua_State *L)
{
  lua_remove(L, 1);
  lua_settop(L, 2);
  size_t length = 0;
  const char *path = luaL_optlstring(L, 1, NULL, &length);
  if (path && strlen(path) != length) return dryad_lua_fail(L, "a path has no NUL character");
  dryad_database_options options = {.create = flag(L, 2, "create"), .unguarded = flag(L, 2, "unguarded")};
  dryad_error error;
  database *self = lua_newuserdatauv(L, sizeof *self, 1);
  memset(self, 0, sizeof *self);
  luaL_setmetatable(L, DRYAD_LUA_DATABASE);
  lua_newtable(L);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, "path");
  lua_setiuservalue(L, -2, 1);
  dryad_lua_check(L, dryad_database_open(&self->database, path, options, NULL, &error), &error);
  return 1;
}

/* ---- fields ------------------------------------------------------------------------------------- */

static const char *const getter_names[] = {"path", NULL};

static int push_path(lua_State *L, int index)
{
  lua_getiuservalue(L, index, 1);
  lua_getfield(L, -1, "path");
  return 1;
}

static int database_index(lua_State *L)
{
  dryad_lua_index_self(L, DRYAD_LUA_DATABASE);
  return dryad_lua_index(L, DRYAD_LUA_DATABASE) < 0 ? 1 : push_path(L, 1);
}

static int database_to_string(lua_State *L)
{
  dryad_lua_index_self(L, DRYAD_LUA_DATABASE);
  push_path(L, 1);
  if (lua_isnil(L, -1)) lua_pushliteral(L, ":memory:");
  return 1;
}

/* ---- heaps -------------------------------------------------------------------------------------- */

static slot *add_slot(lua_State *L, database *self, const char *suffix, dryad_lua_heap *heap)
{
  slot *s = dryad_calloc(&dryad_default_allocator, 1, sizeof *s);
  if (!s) {
    dryad_lua_fail(L, "out of memory");
    return NULL;
  }
  s->owner = self;
  strcpy(s->suffix, suffix);
  s->next = self->slots;
  self->slots = s;
  dryad_lua_view_hold(&s->view, heap, release_tables);
  return s;
}

/* Removes the slots of a suffix, but for one. */
static void remove_slots(database *self, const char *suffix, const slot *kept)
{
  for (slot **link = &self->slots; *link;) {
    slot *s = *link;
    if (s == kept || strcmp(s->suffix, suffix) != 0) {
      link = &s->next;
    } else {
      *link = s->next;
      free_slot(s);
    }
  }
}

/* database:put(suffix, heap or nil) */
static int database_put(lua_State *L)
{
  database *self = check(L, "put");
  const char *suffix = luaL_checkstring(L, 2);
  dryad_lua_heap *heap = lua_isnoneornil(L, 3) ? NULL : dryad_lua_check_heap(L, 3);
  dryad_error error;
  luaL_argcheck(L, strlen(suffix) < sizeof((slot *)0)->suffix, 2, "too long");
  lua_settop(L, 3);
  lua_getiuservalue(L, 1, 1);
  slot *new = heap ? add_slot(L, self, suffix, heap) : NULL;
  dryad_status status = dryad_database_put_heap(self->database, suffix, heap ? heap->heap : NULL, &error);
  if (status && new) {
    self->slots = new->next;
    free_slot(new);
  }
  dryad_lua_check(L, status, &error);
  remove_slots(self, suffix, new);
  lua_pushvalue(L, 3);
  lua_setfield(L, 4, suffix);
  return 0;
}

/* Pushes the heap userdata of a heap that is a table; gives its slot. */
static slot *push_heap(lua_State *L, int index, const database *self, const dryad_heap *heap)
{
  slot *s = self->slots;
  while (!s->view.graph || s->view.heap->heap != heap) s = s->next;
  lua_getiuservalue(L, index, 1);
  lua_getfield(L, -1, s->suffix);
  lua_remove(L, -2);
  return s;
}

/* Views hold the graph of now, so that no other is kept from being freed. */
static void hold_current(database *self)
{
  for (slot *s = self->slots; s; s = s->next) {
    if (!s->view.graph || s->view.graph == s->view.heap->graph) continue;
    dryad_graph_release(s->view.graph);
    s->view.graph = dryad_graph_retain(s->view.heap->graph);
  }
}

static void set_busy(database *self, bool is_busy)
{
  self->busy += is_busy ? 1 : -1U;
  for (slot *s = self->slots; s; s = s->next)
    if (s->view.graph) s->view.heap->busy += is_busy ? 1 : -1U;
}

/* ---- statements --------------------------------------------------------------------------------- */

static void destroy_statement(void *block) { dryad_statement_free(*(dryad_statement **)block); }

/* Pushes an owner of the statement at `sql`, bound to the values at `parameters`. */
static dryad_statement **prepare(lua_State *L, const database *self, int sql, int parameters, bool is_trusted)
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

static void check_heaps_idle(lua_State *L, const database *self)
{
  for (const slot *s = self->slots; s; s = s->next)
    if (s->view.graph) dryad_lua_require_idle(L, s->view.heap, "run");
}

/* ---- changes ------------------------------------------------------------------------------------ */

static void destroy_change(void *block) { dryad_change_free(*(dryad_change **)block); }

static void push_change_result(lua_State *L, int heap, const dryad_change_result *result)
{
  lua_createtable(L, 0, 6);
  lua_pushvalue(L, heap);
  lua_setfield(L, -2, "heap");
  dryad_lua_set_integer(L, "objects_gone", result->objects_gone);
  dryad_lua_set_integer(L, "objects_come", result->objects_come);
  dryad_lua_set_integer(L, "refs_gone", result->refs_gone);
  dryad_lua_set_integer(L, "refs_come", result->refs_come);
  dryad_lua_set_integer(L, "changed", result->changed);
}

/* Makes one collected change; pushes what it did. Puts its heap into the array at `changed` when that has another
   graph now. */
static dryad_status apply(lua_State *L, const database *self, int changed, dryad_heap *heap, dryad_change *change,
                          dryad_lua_work *work)
{
  dryad_change_result result = {0};
  const slot *s = push_heap(L, 1, self, heap);
  int index = lua_gettop(L);
  uint64_t version = dryad_heap_version(heap);
  dryad_progress progress = dryad_lua_work_begin(L, work, s->view.heap, 0);
  dryad_status status = dryad_heap_apply(heap, change, NULL, &result, progress, &work->error);
  if (status) return status;
  dryad_lua_work_end(work, status);
  if (dryad_heap_version(heap) != version) {
    dryad_lua_refresh(L, index);
    lua_pushvalue(L, index);
    lua_rawseti(L, changed, (lua_Integer)lua_rawlen(L, changed) + 1);
  }
  push_change_result(L, index, &result);
  return status;
}

/* Takes back the changes of the heaps in the array at `changed`. */
static void take_back(lua_State *L, int changed)
{
  for (lua_Integer i = (lua_Integer)lua_rawlen(L, changed); i > 0; i--) {
    lua_rawgeti(L, changed, i);
    const dryad_lua_heap *heap = lua_touserdata(L, -1);
    if (dryad_heap_undo(heap->heap)) dryad_lua_refresh(L, lua_gettop(L));
  }
}

/* Makes all that the statement collected, or nothing of it; fills the table at `changes`. */
static void apply_all(lua_State *L, const database *self, int changes)
{
  dryad_heap *heap;
  lua_newtable(L);
  int changed = lua_gettop(L);
  dryad_change **holder = dryad_lua_own(L, sizeof *holder, destroy_change);
  int top = lua_gettop(L);
  while ((*holder = dryad_database_take_change(self->database, &heap))) {
    dryad_lua_work work;
    dryad_change *change = *holder;
    *holder = NULL;
    dryad_status status = apply(L, self, changed, heap, change, &work);
    if (status) {
      take_back(L, changed);
      dryad_lua_work_end(&work, status);
    }
    lua_rawseti(L, changes, (lua_Integer)lua_rawlen(L, changes) + 1);
    lua_settop(L, top);
  }
}

/* database:run(sql, parameters or nil, trusted or nil): the result, what changed. */
static int database_run(lua_State *L)
{
  database *self = check(L, "run");
  dryad_lua_work work;
  lua_settop(L, 4);
  dryad_statement **holder = prepare(L, self, 2, 3, lua_toboolean(L, 4));
  bool is_reading = dryad_statement_is_read_only(*holder);
  if (!is_reading) check_heaps_idle(L, self);
  hold_current(self);
  dryad_result **result = dryad_lua_new_result(L);
  int at = lua_gettop(L);
  lua_newtable(L);
  dryad_progress progress = dryad_lua_work_begin(L, &work, NULL, 0);
  set_busy(self, true);
  dryad_status status = dryad_statement_run(*holder, result, progress, &work.error);
  set_busy(self, false);
  finish(holder);
  dryad_lua_work_end(&work, status);
  dryad_lua_weigh_result(L, *result);
  lua_settop(L, at + 1);
  if (is_reading) return 2;
  dryad_lua_set_integer(L, "rows", dryad_database_changes(self->database));
  apply_all(L, self, at + 1);
  hold_current(self);
  lua_settop(L, at + 1);
  return 2;
}

/* ---- reading ------------------------------------------------------------------------------------ */

static void check_reading(lua_State *L, dryad_statement **holder)
{
  if (dryad_statement_is_read_only(*holder) && dryad_statement_column_count(*holder) > 0) return;
  finish(holder);
  dryad_lua_fail(L, "only a query can be here: select, with, values or explain");
}

static bool go_on(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)context, (void)stage, (void)done, (void)total;
  return !dryad_interrupt_pending();
}
static const dryad_progress interrupt = {go_on, NULL};

/* Upvalues: the database, the owner of the statement. */
static int next_row(lua_State *L)
{
  database *self = lua_touserdata(L, lua_upvalueindex(1));
  dryad_statement **holder = lua_touserdata(L, lua_upvalueindex(3));
  dryad_error error;
  bool more;
  if (!self->database) return dryad_lua_fail(L, "the database is closed");
  if (self->busy) return dryad_lua_fail(L, "rows: the database is at work");
  if (!*holder) return 0;
  dryad_status status = dryad_statement_step(*holder, &more, interrupt, &error);
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

/* database:rows(sql, parameters or nil): an iterator over the values of each row. A first value of NULL would end a
   generic `for`. */
static int database_rows(lua_State *L)
{
  const database *self = check(L, "rows");
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
static int database_ids(lua_State *L)
{
  database *self = check(L, "ids");
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 2);
  dryad_lua_work work;
  lua_settop(L, 4);
  dryad_statement **holder = prepare(L, self, 3, 4, false);
  check_reading(L, holder);
  hold_current(self);
  found_ids *found = dryad_lua_own(L, sizeof *found, destroy_ids);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  set_busy(self, true);
  dryad_status status = collect_ids(found, heap->graph, *holder, progress, &work.error);
  set_busy(self, false);
  finish(holder);
  dryad_lua_work_end(&work, status);
  dryad_lua_push_box(L, 2);
  return dryad_lua_push_ids(L, lua_gettop(L), heap, (dryad_ids){found->ids.data, found->count});
}

/* database:copy_to(other): all of its file over that of the other one. */
static int database_copy_to(lua_State *L)
{
  const database *self = check(L, "copy_to"), *other = luaL_checkudata(L, 2, DRYAD_LUA_DATABASE);
  dryad_error error;
  if (!other->database || other->busy) return dryad_lua_fail(L, "copy_to: the other database is closed or at work");
  dryad_lua_check(L, dryad_database_copy(other->database, self->database, &error), &error);
  return 0;
}

void dryad_lua_open_database(lua_State *L)
{
  static const luaL_Reg methods[] = {
      {"put", database_put},     {"run", database_run},         {"rows", database_rows},       {"ids", database_ids},
      {"close", database_close}, {"is_open", database_is_open}, {"copy_to", database_copy_to}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__index", database_index},        {"__newindex", dryad_lua_read_only},
                                         {"__tostring", database_to_string}, {"__gc", close},
                                         {"__close", database_close},        {NULL, NULL}};
  static const luaL_Reg calls[] = {{"__call", open}, {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){DRYAD_LUA_DATABASE, methods, metamethods, getter_names});
  lua_getfield(L, -1, "database");
  luaL_newlib(L, calls);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}
