/* SPDX-License-Identifier: MIT */
#include "script/analysis/kinds.h"

#include "analysis/contents.h"
#include "analysis/members.h"
#include "analysis/nesting.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/class.h"

#define KINDS "dryad.kinds"

/* ---- the userdata ------------------------------------------------------------------------------ */

static void release(dryad_lua_view *view)
{
  dryad_lua_kinds *self = (dryad_lua_kinds *)view;
  dryad_kinds_deinit(&self->kinds);
  dryad_dominator_tree_deinit(&self->tree);
}

static int collect(lua_State *L)
{
  dryad_lua_view_drop(luaL_checkudata(L, 1, KINDS));
  return 0;
}

dryad_lua_kinds *dryad_lua_check_kinds(lua_State *L, int index)
{
  dryad_lua_kinds *self = luaL_checkudata(L, index, KINDS);
  dryad_lua_heap *heap = self->view.heap;
  dryad_lua_check_open(L, heap);
  if (self->view.graph != heap->graph || dryad_heap_known_dominators(heap->heap) != self->tree.dominators)
    luaL_error(L, "the heap was changed");
  return self;
}

static dryad_status find_kinds(dryad_lua_kinds *self, const dryad_dominators *dominators, dryad_lua_heap *heap,
                               dryad_progress progress, dryad_error *error)
{
  dryad_status status = dryad_heap_classes(heap->heap, &self->classes, error);
  if (!status) status = dryad_kinds_init(&self->kinds, heap->graph, self->classes, progress, error);
  return status ? status : dryad_dominator_tree_init(&self->tree, dominators, error);
}

/* core.kinds(heap): the kinds of its objects, for the functions below, until the heap is changed. */
static int kinds(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_lua_work work;
  lua_settop(L, 1);
  const dryad_dominators *dominators = dryad_lua_dominators(L, heap);
  dryad_lua_kinds *self = lua_newuserdatauv(L, sizeof *self, 1);
  *self = (dryad_lua_kinds){.view = {.heap = heap}};
  dryad_lua_push_box(L, 1);
  lua_setiuservalue(L, 2, 1);
  luaL_setmetatable(L, KINDS);
  dryad_lua_view_hold(&self->view, heap, release);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, find_kinds(self, dominators, heap, progress, &work.error));
  lua_settop(L, 2);
  return 1;
}

void dryad_lua_set_kind(lua_State *L, int box, const dryad_lua_kinds *self, uint32_t number)
{
  const dryad_graph *graph = self->view.graph;
  const dryad_kind *kind = dryad_kind_at(&self->kinds, number);
  const uint32_t as_class = dryad_class_number_of_class(self->classes, kind->first);
  dryad_lua_set_integer(L, "kind", number);
  dryad_lua_push_type(L, box, graph, dryad_types(graph)[kind->first]);
  lua_setfield(L, -2, "type");
  dryad_lua_push_text(L, dryad_class_name(self->classes, kind->class));
  lua_setfield(L, -2, "class");
  lua_pushboolean(L, kind->is_common);
  lua_setfield(L, -2, "common");
  dryad_lua_push_origin(L, dryad_class_origin_of(self->classes, as_class == DRYAD_NONE ? kind->class : as_class));
  lua_setfield(L, -2, "origin");
  if (!kind->is_defined) return;
  dryad_lua_push_object(L, box, self->view.heap, kind->first);
  lua_setfield(L, -2, "defined");
  if (as_class == DRYAD_NONE) return;
  dryad_lua_push_text(L, dryad_class_name(self->classes, as_class));
  lua_setfield(L, -2, "defines");
}

/* ---- contents ---------------------------------------------------------------------------------- */

static void destroy_contents(void *contents) { dryad_contents_deinit(contents); }

static void push_content(lua_State *L, int box, const dryad_lua_kinds *self, const dryad_content *row)
{
  lua_createtable(L, 0, 10);
  dryad_lua_set_kind(L, box, self, row->kind);
  dryad_lua_set_integer(L, "count", row->count);
  dryad_lua_set_integer(L, "retained", row->retained);
  dryad_lua_set_integer(L, "all", row->all);
  dryad_lua_set_integer(L, "size", row->size);
  dryad_lua_set_integer(L, "largest", row->largest);
  dryad_lua_set_integer(L, "depth", row->depth);
}

/* core.contents(kinds, list or nil, least): what the list dominates, or all that is alive, by kind: an array of {kind,
   type, class, origin, common, defined, defines, count, retained, all, size, largest, depth} (see dryad_content), those
   that retain most first, without those that retain less than `least` bytes. `kind` is a number, `class` its qualified
   name, `defined` the first object of a kind with a definition, `defines` the name of the class that this is, if it is
   one, whose `origin` is told. No object of the list may dominate another. */
static int contents(lua_State *L)
{
  const dryad_lua_kinds *self = dryad_lua_check_kinds(L, 1);
  dryad_lua_heap *heap = self->view.heap;
  const dryad_ids all = dryad_dominator_tree_children(&self->tree, DRYAD_NONE);
  const dryad_ids starts = lua_isnil(L, 2) ? all : dryad_lua_list_ids(L, 2, heap);
  const lua_Integer least = luaL_checkinteger(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  dryad_contents *found = dryad_lua_own(L, sizeof *found, destroy_contents);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work,
                     dryad_contents_find(found, heap->graph, &self->kinds, &self->tree, starts, progress, &work.error));
  lua_settop(L, 5);
  lua_newtable(L);
  for (uint32_t i = 0; i < found->count; i++) {
    const dryad_content *row = &((const dryad_content *)found->rows.data)[i];
    if ((lua_Integer)row->retained < least) break;
    push_content(L, 4, self, row);
    lua_rawseti(L, 6, (lua_Integer)i + 1);
  }
  return 1;
}

/* ---- nesting ----------------------------------------------------------------------------------- */

static void destroy_nesting(void *nesting) { dryad_nesting_deinit(nesting); }

static void set_within(lua_State *L, const dryad_nesting *found, uint32_t place)
{
  lua_createtable(L, (int)found->count, 0);
  for (uint32_t k = 0; k < found->count; k++) {
    lua_pushinteger(L, (lua_Integer)found->within[k][place]);
    lua_rawseti(L, -2, (lua_Integer)k + 1);
  }
  lua_setfield(L, -2, "within");
}

/* core.nesting(kinds, wanted): for each of the kinds in the array `wanted` {objects, within}: a list of its topmost
   objects, and by position in `wanted`, the bytes of these that lie below objects of that kind. */
static int nesting(lua_State *L)
{
  const dryad_lua_kinds *self = dryad_lua_check_kinds(L, 1);
  dryad_lua_heap *heap = self->view.heap;
  uint32_t wanted[DRYAD_MOST_NESTED_KINDS];
  const lua_Unsigned count = lua_rawlen(L, 2);
  dryad_lua_work work;
  lua_settop(L, 2);
  luaL_argcheck(L, count <= DRYAD_MOST_NESTED_KINDS, 2, "too many kinds");
  for (lua_Unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, 2, (lua_Integer)i + 1);
    const lua_Integer number = luaL_checkinteger(L, -1);
    luaL_argcheck(L, number >= 0 && number < (lua_Integer)self->kinds.count, 2, "no kind");
    wanted[i] = (uint32_t)number;
    lua_pop(L, 1);
  }
  dryad_lua_push_box(L, 1);
  dryad_nesting *found = dryad_lua_own(L, sizeof *found, destroy_nesting);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(
      &work, dryad_nesting_find(found, &self->kinds, &self->tree, wanted, (uint32_t)count, progress, &work.error));
  lua_settop(L, 4);
  lua_createtable(L, (int)count, 0);
  for (uint32_t i = 0; i < (uint32_t)count; i++) {
    lua_createtable(L, 0, 2);
    set_within(L, found, i);
    dryad_lua_push_ids(L, 3, heap, (dryad_ids){found->ids + found->first[i], found->first[i + 1] - found->first[i]});
    lua_setfield(L, -2, "objects");
    lua_rawseti(L, 5, (lua_Integer)i + 1);
  }
  return 1;
}

/* ---- members ----------------------------------------------------------------------------------- */

/* core.members(kinds, list, kind, topmost): a list of the objects of a kind that the list dominates, itself included;
   `topmost`: without those that another of them dominates. No object of the list may dominate another. */
static int members(lua_State *L)
{
  const dryad_lua_kinds *self = dryad_lua_check_kinds(L, 1);
  dryad_lua_heap *heap = self->view.heap;
  const dryad_ids starts = dryad_lua_list_ids(L, 2, heap);
  const uint32_t kind = (uint32_t)luaL_checkinteger(L, 3);
  const dryad_members_choice choice = lua_toboolean(L, 4) ? DRYAD_MEMBERS_TOPMOST : DRYAD_MEMBERS_ALL;
  dryad_lua_work work;
  lua_settop(L, 4);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 5, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_members_find(&list->ids, &list->count, &self->kinds, &self->tree, starts, kind,
                                               choice, progress, &work.error));
  lua_settop(L, 6);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_open_kinds(lua_State *L)
{
  static const luaL_Reg functions[] = {
      {"kinds", kinds}, {"contents", contents}, {"nesting", nesting}, {"members", members}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", collect}, {NULL, NULL}};
  luaL_newmetatable(L, KINDS);
  luaL_setfuncs(L, meta, 0);
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
