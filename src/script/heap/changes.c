/* SPDX-License-Identifier: MIT */
/* Changes of a heap: listing, making, repeating and undoing them. */
#include "script/heap/changes.h"

#include <string.h>

#include "base/error.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/interrupt.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"

void dryad_lua_push_change_result(lua_State *L, const dryad_change_result *result)
{
  lua_createtable(L, 0, 7);
  dryad_lua_set_integer(L, "objects_gone", result->objects_gone);
  dryad_lua_set_integer(L, "objects_come", result->objects_come);
  dryad_lua_set_integer(L, "refs_gone", result->refs_gone);
  dryad_lua_set_integer(L, "refs_come", result->refs_come);
  dryad_lua_set_integer(L, "changed", result->changed);
  dryad_lua_set_integer(L, "depth", result->depth);
  lua_pushboolean(L, result->complete);
  lua_setfield(L, -2, "complete");
}

/* ---- listing changes -------------------------------------------------------------------------------------- */

typedef struct encoded {
  const dryad_allocator *allocator;
  unsigned char *bytes;
  uint64_t length;
} encoded;

static void destroy(void *block)
{
  encoded *self = block;
  dryad_free(self->allocator, self->bytes, self->length, 1);
  self->bytes = NULL;
}

static void push_bytes(lua_State *L, encoded *self, const dryad_change *change)
{
  dryad_error error;
  self->allocator = change->allocator;
  dryad_lua_check(L, dryad_change_encode(&self->bytes, &self->length, change, &error), &error);
  lua_pushlstring(L, (const char *)self->bytes, self->length);
  destroy(self);
}

static const char *word_of(dryad_change_kind kind)
{
  switch (kind) {
  case DRYAD_CHANGE_COLLAPSE: return "collapse";
  case DRYAD_CHANGE_EXPENSIVE: return "remove_expensive";
  case DRYAD_CHANGE_CUT: return "cut";
  case DRYAD_CHANGE_EDIT: return "edit";
  case DRYAD_CHANGE_PIN: return "pin";
  case DRYAD_CHANGE_MARK: return "mark";
  case DRYAD_CHANGE_GC: return "gc";
  }
  return NULL;
}

/* core.changes(heap [, with_bytes]): an array of {serial, kind, bytes}, the changes that undo would revert, oldest
   first. The bytes, which may be many, are left out if `with_bytes` is false. */
static int changes(lua_State *L)
{
  const dryad_heap *heap = dryad_lua_check_heap(L, 1)->heap;
  uint32_t count = dryad_heap_change_count(heap);
  bool with_bytes = lua_isnoneornil(L, 2) || lua_toboolean(L, 2);
  lua_settop(L, 1);
  encoded *bytes = dryad_lua_own(L, sizeof *bytes, destroy);
  lua_createtable(L, (int)count, 0);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t serial;
    const dryad_change *change = dryad_heap_change_at(heap, i, &serial);
    lua_createtable(L, 0, 3);
    dryad_lua_set_integer(L, "serial", serial);
    lua_pushstring(L, word_of(change->kind));
    lua_setfield(L, -2, "kind");
    if (with_bytes) {
      push_bytes(L, bytes, change);
      lua_setfield(L, -2, "bytes");
    }
    lua_rawseti(L, 3, (lua_Integer)i + 1);
  }
  return 1;
}

/* ---- changing ------------------------------------------------------------------------------ */

static const dryad_allocator *allocator_of(const dryad_lua_heap *self) { return self->graph->allocator; }

/* Ends a call that may have changed the heap at 1; raises unless `status` is DRYAD_OK. */
static void end(dryad_lua_work *work, dryad_status status)
{
  dryad_lua_work_end(work, status);
  if (dryad_heap_revision(work->heap->heap) != work->heap->version) dryad_lua_refresh(work->L, 1);
}

typedef dryad_status (*change_function)(dryad_heap *heap, uint64_t *count, dryad_progress progress, dryad_error *error);

static int call(lua_State *L, const char *method, change_function function)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, method);
  dryad_lua_work work;
  uint64_t count = 0;
  lua_settop(L, 1);
  dryad_progress progress = dryad_lua_work_begin(L, &work, self, 0);
  end(&work, function(self->heap, &count, progress, &work.error));
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

static int collapse_instance_dicts(lua_State *L) { return call(L, "collapse_instance_dicts", dryad_heap_collapse); }

static int remove_expensive_references(lua_State *L)
{
  return call(L, "remove_expensive_references", dryad_heap_remove_expensive_references);
}

/* core.remove_references(heap, from, to): takes two lists; the number of objects that lost a reference. */
static int remove_references(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "remove_references");
  dryad_ids from = dryad_lua_list_ids(L, 2, self), to = dryad_lua_list_ids(L, 3, self);
  dryad_lua_work work;
  uint64_t count = 0;
  lua_settop(L, 3);
  dryad_progress progress = dryad_lua_work_begin(L, &work, self, 0);
  end(&work, dryad_heap_remove_references(self->heap, from, to, &count, progress, &work.error));
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

/* core.apply(heap, bytes): repeats an encoded change; a table of its effects. */
static int apply(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "apply");
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  dryad_change *change;
  dryad_change_result result;
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_progress progress = dryad_lua_work_begin(L, &work, self, 0);
  dryad_status status = dryad_change_decode(&change, bytes, length, allocator_of(self), &work.error);
  if (!status) status = dryad_heap_apply(self->heap, change, NULL, &result, progress, &work.error);
  end(&work, status);
  dryad_lua_push_change_result(L, &result);
  return 1;
}

/* NULL: out of memory. */
static dryad_change *pins_of(const dryad_graph *graph, dryad_ids ids)
{
  dryad_change *change = dryad_change_new(graph->allocator, DRYAD_CHANGE_PIN);
  for (uint64_t i = 0; change && i < ids.count; i++) {
    if (dryad_numbers_add(&change->objects, graph->allocator, dryad_graph_address(graph, ids.ids[i]))) continue;
    dryad_change_free(change);
    change = NULL;
  }
  return change;
}

/* core.pin(heap, list): the number of objects that were not pinned before. */
static int pin(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "pin");
  dryad_ids ids = dryad_lua_list_ids(L, 2, self);
  dryad_change_result result;
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_progress progress = dryad_lua_work_begin(L, &work, self, 0);
  dryad_change *change = pins_of(self->graph, ids);
  end(&work, change ? dryad_heap_apply(self->heap, change, NULL, &result, progress, &work.error)
                    : dryad_fail_memory(&work.error));
  lua_pushinteger(L, (lua_Integer)result.changed);
  return 1;
}

/* Raises unless there is an array of `count` whole numbers at `index`. */
static void check_integers(lua_State *L, int index, lua_Unsigned count)
{
  luaL_checktype(L, index, LUA_TTABLE);
  luaL_argcheck(L, lua_rawlen(L, index) == count, index, "both arrays must have the same length");
  for (lua_Unsigned i = 1; i <= count; i++) {
    lua_rawgeti(L, index, (lua_Integer)i);
    luaL_argcheck(L, lua_isinteger(L, -1), index, "all items must be whole numbers");
    lua_pop(L, 1);
  }
}

static bool add_integers(lua_State *L, int index, dryad_numbers *numbers, const dryad_allocator *allocator)
{
  bool added = true;
  for (lua_Integer i = 1, n = (lua_Integer)lua_rawlen(L, index); added && i <= n; i++) {
    lua_rawgeti(L, index, i);
    added = dryad_numbers_add(numbers, allocator, (uint64_t)lua_tointeger(L, -1));
    lua_pop(L, 1);
  }
  return added;
}

/* core.give_marks(heap, addresses, marks): takes two arrays; undo does not revert this. Skips addresses without an
   object. */
static int give_marks(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "give_marks");
  const dryad_allocator *allocator = allocator_of(self);
  dryad_lua_work work;
  lua_settop(L, 3);
  luaL_checktype(L, 2, LUA_TTABLE);
  check_integers(L, 2, lua_rawlen(L, 2));
  check_integers(L, 3, lua_rawlen(L, 2));
  dryad_lua_work_begin(L, &work, self, 0);
  dryad_change *change = dryad_change_new(allocator, DRYAD_CHANGE_MARK);
  bool added =
      change && add_integers(L, 2, &change->objects, allocator) && add_integers(L, 3, &change->others, allocator);
  if (!added) dryad_change_free(change);
  dryad_lua_work_end(&work,
                     added ? dryad_heap_give_marks(self->heap, change, &work.error) : dryad_fail_memory(&work.error));
  return 0;
}

/* ---- garbage collection ------------------------------------------------------------------------- */

enum { CALLBACK = 3 }; /* stack index of the function, or nil */

static bool was_interrupted(lua_State *L)
{
  return lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), DRYAD_INTERRUPTED) == 0;
}

/* Runs inside the core, so nothing in here may raise past it. An interrupt stops the marking, which is not an error. */
static bool report_depth(void *context, uint64_t depth, uint64_t marked)
{
  dryad_lua_work *work = context;
  lua_State *L = work->L;
  if (dryad_interrupt_take()) return false;
  if (lua_isnil(L, CALLBACK)) return true;
  lua_pushvalue(L, CALLBACK);
  lua_pushinteger(L, (lua_Integer)depth);
  lua_pushinteger(L, (lua_Integer)marked);
  if (lua_pcall(L, 2, 1, 0) != LUA_OK) {
    work->raised = !was_interrupted(L);
    if (work->raised)
      lua_replace(L, work->message);
    else
      lua_pop(L, 1);
    return false;
  }
  bool stop = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
  lua_pop(L, 1);
  return !stop;
}

/* core.gc(heap, restart, callback or nil): marks by depth, from the roots or from the deepest mark on, and drops
   unmarked objects; callback(depth, marked) is called at each depth and may return false to stop. A table of its
   effects. */
static int gc(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "gc");
  dryad_change_result result;
  dryad_lua_work work;
  if (!lua_isnoneornil(L, CALLBACK)) luaL_checktype(L, CALLBACK, LUA_TFUNCTION);
  lua_settop(L, CALLBACK);
  dryad_progress progress = dryad_lua_work_begin(L, &work, self, 0);
  dryad_change *change = dryad_change_new(allocator_of(self), DRYAD_CHANGE_GC);
  dryad_status status = change ? DRYAD_OK : dryad_fail_memory(&work.error);
  if (!status) {
    change->restart = lua_toboolean(L, 2);
    status =
        dryad_heap_apply(self->heap, change, &(dryad_marks_told){report_depth, &work}, &result, progress, &work.error);
  }
  end(&work, status);
  dryad_lua_push_change_result(L, &result);
  return 1;
}

/* ---- undo -------------------------------------------------------------------------------- */

static int undo(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "undo");
  bool undone = dryad_heap_undo(self->heap);
  if (undone) dryad_lua_refresh(L, 1);
  lua_pushboolean(L, undone);
  return 1;
}

void dryad_lua_open_changes(lua_State *L)
{
  static const luaL_Reg methods[] = {{"collapse_instance_dicts", collapse_instance_dicts},
                                     {"remove_expensive_references", remove_expensive_references},
                                     {"undo", undo},
                                     {NULL, NULL}};
  static const luaL_Reg functions[] = {{"remove_references", remove_references},
                                       {"changes", changes},
                                       {"apply", apply},
                                       {"pin", pin},
                                       {"give_marks", give_marks},
                                       {"gc", gc},
                                       {NULL, NULL}};
  lua_getfield(L, -1, "heap");
  lua_getfield(L, -1, "methods");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
  luaL_setfuncs(L, functions, 0);
}
