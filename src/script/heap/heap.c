/* SPDX-License-Identifier: MIT */
#include "script/heap/heap.h"

#include <string.h>

#include "graph/graph.h"
#include "graph/idlist.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/types.h"
#include "script/base/work.h"

/* ---- life ---- */

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

/* ---- fields ---- */

static int push_report(lua_State *L, const dryad_lua_heap *self)
{
  const dryad_report *report = dryad_heap_report(self->heap);
  const struct {
    const char *name;
    uint64_t count;
  } counts[] = {
      {"lines", report->lines},         {"objects", report->objects},     {"duplicates", report->duplicates},
      {"bad_lines", report->bad_lines}, {"mended", report->mended},       {"dangling_refs", report->dangling_refs},
      {"collapsed", report->collapsed}, {"bytes", report->bytes},         {"python", (uint64_t)report->python},
      {"cut_texts", report->cut_texts}, {"cut_bytes", report->cut_bytes}, {"lossy_lines", report->lossy_lines},
      {"conflicts", report->conflicts}};
  lua_newtable(L);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    lua_pushinteger(L, (lua_Integer)counts[i].count);
    lua_setfield(L, -2, counts[i].name);
  }
  lua_pushboolean(L, report->truncated);
  lua_setfield(L, -2, "truncated");
  if (report->complete != DRYAD_COMPLETENESS_UNKNOWN) {
    lua_pushboolean(L, report->complete == DRYAD_COMPLETE);
    lua_setfield(L, -2, "complete");
  }
  if (report->complete == DRYAD_INCOMPLETE) {
    lua_pushstring(L, report->incomplete);
    lua_setfield(L, -2, "incomplete");
  }
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

/* core.type_names(heap): the names of the types that have objects, in no order. */
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
  if (lua_type(L, 2) == LUA_TNUMBER) return push_at_address(L, dryad_lua_current_heap(L, 1, self));
  if (lua_type(L, 2) == LUA_TSTRING && dryad_lua_to_address(L, 2, &address))
    return push_at_address(L, dryad_lua_current_heap(L, 1, self));
  int field = dryad_lua_index(L, DRYAD_LUA_HEAP);
  if (field < 0) return 1;
  dryad_lua_current_heap(L, 1, self);
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
  lua_pushinteger(L, dryad_graph_count(dryad_lua_current_heap(L, 1, dryad_lua_index_self(L, DRYAD_LUA_HEAP))->graph));
  return 1;
}

/* ---- methods ---- */

static int heap_close(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_self(L, DRYAD_LUA_HEAP, "close");
  if (self->busy) dryad_lua_fail(L, "close: the heap is at work; it cannot be closed by its progress function");
  return dryad_lua_in_finalizer(L) ? 0 : close(L); /* the garbage collector closes it later */
}

static int heap_is_open(lua_State *L)
{
  const dryad_lua_heap *self = dryad_lua_check_self(L, DRYAD_LUA_HEAP, "is_open");
  lua_pushboolean(L, self->heap != NULL);
  return 1;
}

/* core.damage(heap): what is wrong with the index behind an open heap, or nil. */
static int damage(lua_State *L)
{
  const dryad_lua_heap *self = luaL_checkudata(L, 1, DRYAD_LUA_HEAP);
  dryad_error error;
  if (!self->heap || !dryad_heap_check(self->heap, &error)) return 0;
  lua_pushstring(L, error.text);
  return 1;
}

/* core.mark_incomplete(heap, reason): its report then says so. */
static int mark_incomplete(lua_State *L)
{
  const dryad_lua_heap *self = dryad_lua_check_idle(L, "mark_incomplete");
  dryad_heap_mark_incomplete(self->heap, luaL_checkstring(L, 2));
  return 0;
}

/* Another graph may number types in another way. */
static void forget_type_names(lua_State *L, int heap)
{
  dryad_lua_push_box(L, heap);
  int box = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, box); lua_pop(L, 1)) {
    if (lua_tointeger(L, -2) <= 0) continue;
    lua_pushvalue(L, -2);
    lua_pushnil(L);
    lua_rawset(L, box);
  }
  lua_settop(L, box - 1);
}

/* core.replace(heap, other): gives a heap the contents of another one, which is closed. The objects of the heap are
   found again by their addresses. False if the heap was changed: then nothing happens. */
static int replace(lua_State *L)
{
  dryad_lua_heap *self = luaL_checkudata(L, 1, DRYAD_LUA_HEAP), *other = luaL_checkudata(L, 2, DRYAD_LUA_HEAP);
  lua_settop(L, 2);
  if (!self->heap || !other->heap || self->busy || other->busy || dryad_heap_change_count(self->heap) > 0 ||
      dryad_heap_has_given_roots(self->heap)) {
    lua_pushboolean(L, false);
    return 1;
  }
  dryad_heap_exchange(self->heap, other->heap);
  forget_type_names(L, 1);
  dryad_lua_refresh(L, 1);
  lua_pushcfunction(L, close);
  lua_pushvalue(L, 2);
  lua_call(L, 1, 0);
  lua_pushboolean(L, true);
  return 1;
}

static int heap_get(lua_State *L) { return push_at_address(L, dryad_lua_check_heap_self(L, "get")); }

static int heap_guess_intern_dict(lua_State *L)
{
  dryad_lua_heap *self = dryad_lua_check_heap_self(L, "guess_intern_dict");
  return push_object_or_nil(L, self, dryad_intern_dict(self->graph));
}

/* core.facts(heap): what the dump says of its process, as JSON text, or nil. */
static int facts(lua_State *L)
{
  dryad_lua_push_optional_text(L, dryad_heap_facts(dryad_lua_check_heap(L, 1)->heap));
  return 1;
}

/* core.has_sites(heap): whether the dump says where any object was allocated. */
static int has_sites(lua_State *L)
{
  const dryad_details *details = dryad_lua_check_heap(L, 1)->graph->details;
  lua_pushboolean(L, details && details->kinds[DRYAD_DETAIL_ALLOCATED].count > 0);
  return 1;
}

/* core.revision(heap): a number that differs after every change. */
static int revision(lua_State *L)
{
  lua_pushinteger(L, (lua_Integer)dryad_heap_revision(dryad_lua_check_heap(L, 1)->heap));
  return 1;
}

/* core.memory(heap): bytes by purpose. */
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
                                     {"guess_intern_dict", heap_guess_intern_dict},
                                     {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__index", heap_index}, {"__newindex", dryad_lua_read_only},
                                         {"__len", heap_length},  {"__gc", close},
                                         {"__close", heap_close}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"type_names", type_names},
                                       {"facts", facts},
                                       {"has_sites", has_sites},
                                       {"mark_incomplete", mark_incomplete},
                                       {"revision", revision},
                                       {"memory", memory},
                                       {"damage", damage},
                                       {"replace", replace},
                                       {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){DRYAD_LUA_HEAP, methods, metamethods, getter_names});
  luaL_setfuncs(L, functions, 0);
}
