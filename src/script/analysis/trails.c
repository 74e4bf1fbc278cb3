/* SPDX-License-Identifier: MIT */
#include "script/analysis/trails.h"

#include "analysis/ways.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/work.h"

typedef struct trails {
  dryad_ways ways;
  dryad_key_table members; /* numbers of the members of the list */
  uint32_t *places;        /* members.count: the node of each; DRYAD_NONE: no root leads to it */
} trails;

static void destroy(void *block)
{
  trails *self = block;
  const dryad_allocator *allocator = self->members.allocator;
  if (!allocator) return;
  dryad_free(allocator, self->places, self->members.count, sizeof *self->places);
  dryad_key_table_deinit(&self->members);
  dryad_ways_deinit(&self->ways);
}

static dryad_status find(trails *self, const dryad_lua_heap *heap, const dryad_levels *levels, dryad_ids members,
                         dryad_progress progress, dryad_error *error)
{
  const dryad_allocator *allocator = heap->graph->allocator;
  uint32_t number;
  self->members.allocator = allocator;
  dryad_status status = dryad_ways_find(&self->ways, heap->graph, &heap->known, levels, members, progress, error);
  if (status) return status;
  for (uint64_t i = 0; i < members.count; i++)
    if (!dryad_key_table_number(&self->members, (dryad_key){{members.ids[i]}}, &number))
      return dryad_fail_memory(error);
  self->places = dryad_alloc(allocator, self->members.count, sizeof *self->places);
  if (!self->places) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < self->members.count; i++) self->places[i] = DRYAD_NONE;
  for (uint32_t i = 0; i < self->ways.count; i++)
    if (dryad_key_table_find(&self->members, (dryad_key){{self->ways.nodes[i].id}}, &number)) self->places[number] = i;
  return DRYAD_OK;
}

static uint64_t length_of(const dryad_ways *ways, uint32_t place)
{
  uint64_t length = 0;
  for (; place != DRYAD_NONE; place = ways->nodes[place].above) length++;
  return length;
}

/* Pushes the way to the node at `place`: of more than 2 * `ends` objects, so many from each end. */
static void push_trail(lua_State *L, int box, dryad_lua_heap *heap, const dryad_ways *ways, uint32_t place,
                       uint64_t length, uint64_t ends)
{
  uint64_t left_out = length > 2 * ends ? length - 2 * ends : 0;
  int shown = (int)(length - left_out);
  lua_createtable(L, shown, 2);
  lua_createtable(L, shown, 0);
  for (uint64_t i = length; i > 0; i--, place = ways->nodes[place].above) {
    if (left_out > 0 && i > ends && i <= length - ends) continue;
    lua_Integer slot = (lua_Integer)(i > ends ? i - left_out : i);
    dryad_lua_push_object(L, box, heap, ways->nodes[place].id);
    lua_rawseti(L, -3, slot);
    bool follows = i > 1 && (left_out == 0 || i != length - ends + 1);
    if (!follows) continue;
    lua_pushinteger(L, (lua_Integer)ways->nodes[place].position + 1);
    lua_rawseti(L, -2, slot - 1);
  }
  lua_setfield(L, -2, "positions");
}

/* core.trails(list, ends, most): an array with the best way to each member of a list, false if no root leads to it. A
   way is an array of objects, with `positions`: the i-th is that of the (i + 1)-th object among the references of the
   i-th, nil where objects are left out: more than 2 * `ends`. Ends after the member with which the ways have `most`
   objects together. */
static int core_trails(lua_State *L)
{
  const dryad_lua_list *list = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list->view.heap;
  lua_Integer ends = luaL_checkinteger(L, 2), most = luaL_checkinteger(L, 3);
  luaL_argcheck(L, ends >= 1, 2, "must be at least 1");
  dryad_lua_work work;
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  dryad_lua_check_open(L, heap);
  dryad_ids members = dryad_lua_list_ids(L, 1, heap);
  const dryad_levels *levels = dryad_lua_levels(L, heap);
  trails *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, find(found, heap, levels, members, progress, &work.error));
  lua_settop(L, 3);
  lua_newtable(L);
  uint64_t total = 0;
  for (uint64_t i = 0; i < members.count && total < (uint64_t)most; i++) {
    uint32_t number = DRYAD_NONE;
    bool is_member = dryad_key_table_find(&found->members, (dryad_key){{members.ids[i]}}, &number);
    DRYAD_ASSERT(is_member);
    uint32_t place = is_member ? found->places[number] : DRYAD_NONE;
    uint64_t length = length_of(&found->ways, place);
    total += length;
    if (length > 0)
      push_trail(L, 2, heap, &found->ways, place, length, (uint64_t)ends);
    else
      lua_pushboolean(L, false);
    lua_rawseti(L, 4, (lua_Integer)i + 1);
  }
  dryad_lua_check_sound(L, heap->graph);
  return 1;
}

void dryad_lua_open_trails(lua_State *L)
{
  lua_pushcfunction(L, core_trails);
  lua_setfield(L, -2, "trails");
}
