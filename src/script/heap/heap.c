/* SPDX-License-Identifier: MIT */
#include "heap/heap.h"

#include <string.h>

#include "graph/graph.h"
#include "graph/idlist.h"
#include "script/base/script.h"
#include "script/base/work.h"

/* ---- life ---- */

static void make_weak_table(lua_State *L)
{
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
}

dryad_lua_heap *dryad_lua_new_heap(lua_State *L)
{
  dryad_lua_heap *self = lua_newuserdatauv(L, sizeof *self, 1);
  memset(self, 0, sizeof *self);
  luaL_setmetatable(L, DRYAD_LUA_HEAP);
  int heap = lua_gettop(L);
  lua_newtable(L);
  lua_pushvalue(L, heap);
  lua_rawseti(L, -2, BOX_HEAP);
  make_weak_table(L);
  lua_rawseti(L, -2, BOX_OBJECTS);
  make_weak_table(L);
  lua_rawseti(L, -2, BOX_GONE);
  luaL_getmetatable(L, DRYAD_LUA_OBJECT);
  lua_rawseti(L, -2, BOX_META);
  lua_setiuservalue(L, heap, 1);
  return self;
}

static int close(lua_State *L)
{
  dryad_lua_heap *self = lua_touserdata(L, 1);
  while (self->views) dryad_lua_view_drop(self->views);
  dryad_graph_release(self->graph);
  dryad_heap_free(self->heap);
  self->graph = NULL;
  self->heap = NULL;
  return 0;
}

/* Copies the objects of the weak table at `from` to where they belong under `graph`; nothing but tables changes. */
static void resettle(lua_State *L, int from, int objects, int gone, const dryad_graph *graph)
{
  for (lua_pushnil(L); lua_next(L, from);) {
    const dryad_lua_object *object = lua_touserdata(L, -1);
    dryad_id id = dryad_graph_find_any(graph, object->address);
    if (id == DRYAD_NONE)
      lua_rawseti(L, gone, (lua_Integer)object->address);
    else
      lua_rawseti(L, objects, id);
  }
}

void dryad_lua_refresh(lua_State *L, int index)
{
  dryad_lua_heap *self = lua_touserdata(L, index);
  const dryad_graph *graph = dryad_heap_graph(self->heap);
  int box = lua_gettop(L) + 1, objects = box + 1, gone = box + 2;
  luaL_checkstack(L, 10, NULL);
  dryad_lua_push_box(L, index);
  make_weak_table(L);
  make_weak_table(L);
  lua_rawgeti(L, box, BOX_OBJECTS);
  resettle(L, box + 3, objects, gone, graph);
  lua_rawgeti(L, box, BOX_GONE);
  resettle(L, box + 4, objects, gone, graph);
  lua_newtable(L);
  lua_rawseti(L, box, BOX_TOTALS);
  /* from here on nothing can raise: every entry that is set exists */
  for (lua_pushnil(L); lua_next(L, objects); lua_pop(L, 1)) {
    dryad_lua_object *object = lua_touserdata(L, -1);
    object->id = (dryad_id)lua_tointeger(L, -2);
    object->type = object->id < dryad_graph_count(graph) ? dryad_graph_type(graph, object->id) : DRYAD_NONE;
  }
  for (lua_pushnil(L); lua_next(L, gone); lua_pop(L, 1)) {
    dryad_lua_object *object = lua_touserdata(L, -1);
    object->id = DRYAD_NONE;
  }
  lua_pushvalue(L, objects);
  lua_rawseti(L, box, BOX_OBJECTS);
  lua_pushvalue(L, gone);
  lua_rawseti(L, box, BOX_GONE);
  dryad_graph_release(self->graph);
  self->graph = dryad_graph_retain(graph);
  self->version = dryad_heap_version(self->heap);
  dryad_known_types_init(&self->known, graph);
  lua_settop(L, box - 1);
}

static int new_heap(lua_State *L)
{
  dryad_lua_new_heap(L)->heap = lua_touserdata(L, 1);
  return 1;
}

void dryad_lua_push_heap(struct lua_State *L, dryad_heap *heap)
{
  lua_pushcfunction(L, new_heap);
  lua_pushlightuserdata(L, heap);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
    dryad_heap_free(heap);
    lua_error(L);
  }
  dryad_lua_refresh(L, lua_gettop(L));
}

void dryad_lua_check_open(lua_State *L, const dryad_lua_heap *heap)
{
  if (!heap->graph) dryad_lua_fail(L, "the heap is closed");
  dryad_lua_check_sound(L, heap->graph);
}

static dryad_lua_heap *opened(lua_State *L, int index, dryad_lua_heap *self)
{
  dryad_lua_check_open(L, self);
  if (dryad_heap_version(self->heap) != self->version) dryad_lua_refresh(L, index);
  return self;
}

dryad_lua_heap *dryad_lua_check_heap(lua_State *L, int index)
{
  return opened(L, index, luaL_checkudata(L, index, DRYAD_LUA_HEAP));
}

static dryad_lua_heap *check(lua_State *L, const char *method)
{
  return opened(L, 1, dryad_lua_check_self(L, DRYAD_LUA_HEAP, method));
}

/* Whether a finalizer is running, which may happen in the middle of anything that allocates. */
static bool in_finalizer(lua_State *L) { return lua_gc(L, LUA_GCCOUNT) < 0; }

void dryad_lua_require_idle(lua_State *L, const dryad_lua_heap *heap, const char *method)
{
  if (in_finalizer(L)) dryad_lua_fail(L, "%s: a heap cannot be changed by a finalizer", method);
  if (heap->busy) dryad_lua_fail(L, "%s: the heap is at work; it cannot be changed by its progress function", method);
}

dryad_lua_heap *dryad_lua_check_idle(lua_State *L, const char *method)
{
  dryad_lua_heap *self = check(L, method);
  dryad_lua_require_idle(L, self, method);
  return self;
}

/* ---- fields ---- */

static int push_report(lua_State *L, const dryad_lua_heap *self)
{
  const dryad_report *report = dryad_heap_report(self->heap);
  const struct {
    const char *name;
    uint64_t count;
  } counts[] = {
      {"lines", report->lines},         {"objects", report->objects}, {"duplicates", report->duplicates},
      {"bad_lines", report->bad_lines}, {"mended", report->mended},   {"dangling_refs", report->dangling_refs},
      {"collapsed", report->collapsed}, {"bytes", report->bytes},     {"python", (uint64_t)report->python}};
  lua_newtable(L);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    lua_pushinteger(L, (lua_Integer)counts[i].count);
    lua_setfield(L, -2, counts[i].name);
  }
  lua_pushboolean(L, report->truncated);
  lua_setfield(L, -2, "truncated");
  lua_pushnumber(L, report->seconds);
  lua_setfield(L, -2, "seconds");
  lua_createtable(L, (int)report->problem_count, 0);
  for (uint32_t i = 0; i < report->problem_count; i++) {
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, (lua_Integer)report->problems[i].line);
    lua_setfield(L, -2, "line");
    lua_pushinteger(L, (lua_Integer)report->problems[i].offset);
    lua_setfield(L, -2, "offset");
    lua_pushstring(L, report->problems[i].reason);
    lua_setfield(L, -2, "reason");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "problems");
  return 1;
}

/* core.type_names(heap): those of the types that have objects, in no order. */
static int type_names(lua_State *L)
{
  const dryad_graph *graph = dryad_lua_check_heap(L, 1)->graph;
  uint32_t type_count = dryad_graph_type_count(graph);
  lua_newtable(L);
  bool *present = lua_newuserdatauv(L, type_count + 1, 0);
  memset(present, 0, type_count);
  for (dryad_id id = 0; id < graph->count; id++) present[dryad_types(graph)[id]] = true;
  lua_Integer count = 0;
  for (uint32_t type = 0; type < type_count; type++) {
    if (!present[type]) continue;
    dryad_lua_push_text(L, dryad_graph_type_name(graph, type));
    lua_rawseti(L, -3, ++count);
  }
  lua_pop(L, 1);
  dryad_lua_check_sound(L, graph);
  return 1;
}

enum { NUM_OBJECTS, NUM_REFS, TOTAL_SIZE, FILE_NAME, REPORT };
static const char *const getter_names[] = {"num_objects", "num_refs", "total_size", "file", "report", NULL};

static int push_object_or_nil(lua_State *L, dryad_lua_heap *self, dryad_id id)
{
  dryad_lua_check_sound(L, self->graph);
  if (id == DRYAD_NONE) {
    lua_pushnil(L);
    return 1;
  }
  dryad_lua_push_box(L, 1);
  dryad_lua_push_object(L, lua_gettop(L), self, id);
  return 1;
}

static int push_at_address(lua_State *L, dryad_lua_heap *self)
{
  uint64_t address;
  if (!dryad_lua_to_address(L, 2, &address))
    return dryad_lua_fail(L, "an address is a whole number (or, beyond 2^63, text), not %s",
                          luaL_tolstring(L, 2, NULL));
  return push_object_or_nil(L, self, dryad_graph_find(self->graph, address));
}

static int heap_index(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_index_self(L, DRYAD_LUA_HEAP);
  uint64_t address;
  if (lua_type(L, 2) == LUA_TNUMBER) return push_at_address(L, opened(L, 1, self));
  if (lua_type(L, 2) == LUA_TSTRING && dryad_lua_to_address(L, 2, &address))
    return push_at_address(L, opened(L, 1, self));
  int field = dryad_lua_index(L, DRYAD_LUA_HEAP);
  if (field < 0) return 1;
  opened(L, 1, self);
  const dryad_graph *graph = self->graph;
  switch (field) {
  case NUM_OBJECTS: lua_pushinteger(L, dryad_graph_count(graph)); return 1;
  case NUM_REFS: lua_pushinteger(L, (lua_Integer)dryad_graph_ref_count(graph)); return 1;
  case TOTAL_SIZE: lua_pushinteger(L, (lua_Integer)dryad_graph_total_size(graph)); return 1;
  case FILE_NAME: lua_pushstring(L, dryad_heap_path(self->heap)); return 1;
  default: return push_report(L, self);
  }
}

static int heap_length(lua_State *L)
{
  lua_pushinteger(L, dryad_graph_count(opened(L, 1, dryad_lua_index_self(L, DRYAD_LUA_HEAP))->graph));
  return 1;
}

/* ---- methods ---- */

static int heap_close(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_self(L, DRYAD_LUA_HEAP, "close");
  if (self->busy) dryad_lua_fail(L, "close: the heap is at work; it cannot be closed by its progress function");
  return in_finalizer(L) ? 0 : close(L); /* the garbage collector closes it later */
}

static int heap_is_open(lua_State *L)
{
  const dryad_lua_heap *self = dryad_lua_check_self(L, DRYAD_LUA_HEAP, "is_open");
  lua_pushboolean(L, self->heap != NULL);
  return 1;
}

static int heap_get(lua_State *L) { return push_at_address(L, check(L, "get")); }

typedef dryad_status (*change)(dryad_heap *heap, uint64_t *count, dryad_progress progress, dryad_error *error);

static int apply(lua_State *L, const char *method, change function)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, method);
  dryad_lua_work work;
  uint64_t count = 0;
  lua_settop(L, 1);
  dryad_progress progress = dryad_lua_work_begin(L, &work, self, 0);
  dryad_lua_work_end(&work, function(self->heap, &count, progress, &work.error));
  if (dryad_heap_version(self->heap) != self->version) dryad_lua_refresh(L, 1);
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

static int heap_collapse(lua_State *L) { return apply(L, "collapse_instance_dicts", dryad_heap_collapse); }

static int heap_remove_expensive_references(lua_State *L)
{
  return apply(L, "remove_expensive_references", dryad_heap_remove_expensive_references);
}

/* core.remove_references(heap, from, to): lists; the number of objects that lost a reference. */
static int remove_references(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "remove_references");
  dryad_ids from = dryad_lua_list_ids(L, 2, self), to = dryad_lua_list_ids(L, 3, self);
  dryad_lua_work work;
  uint64_t count = 0;
  lua_settop(L, 3);
  dryad_progress progress = dryad_lua_work_begin(L, &work, self, 0);
  dryad_lua_work_end(&work, dryad_heap_remove_references(self->heap, from, to, &count, progress, &work.error));
  if (dryad_heap_version(self->heap) != self->version) dryad_lua_refresh(L, 1);
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

static int heap_undo(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_idle(L, "undo");
  bool undone = dryad_heap_undo(self->heap);
  if (undone) dryad_lua_refresh(L, 1);
  lua_pushboolean(L, undone);
  return 1;
}

static int heap_guess_intern_dict(lua_State *L)
{
  dryad_lua_heap *self = check(L, "guess_intern_dict");
  return push_object_or_nil(L, self, dryad_intern_dict(self->graph));
}

/* core.memory(heap): the bytes of each of its parts, by name. */
static int memory(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_heap(L, 1);
  dryad_memory_part parts[DRYAD_MEMORY_PARTS];
  uint32_t count = dryad_heap_memory(self->heap, parts);
  lua_createtable(L, 0, (int)count);
  for (uint32_t i = 0; i < count; i++) {
    lua_pushinteger(L, (lua_Integer)parts[i].bytes);
    lua_setfield(L, -2, parts[i].name);
  }
  return 1;
}

void dryad_lua_open_heap(lua_State *L)
{
  static const luaL_Reg methods[] = {{"close", heap_close},
                                     {"is_open", heap_is_open},
                                     {"get", heap_get},
                                     {"collapse_instance_dicts", heap_collapse},
                                     {"remove_expensive_references", heap_remove_expensive_references},
                                     {"undo", heap_undo},
                                     {"guess_intern_dict", heap_guess_intern_dict},
                                     {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__index", heap_index}, {"__newindex", dryad_lua_read_only},
                                         {"__len", heap_length},  {"__gc", close},
                                         {"__close", heap_close}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"type_names", type_names}, {"memory", memory}, {"remove_references", remove_references}, {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){DRYAD_LUA_HEAP, methods, metamethods, getter_names});
  luaL_setfuncs(L, functions, 0);
}
