/* SPDX-License-Identifier: MIT */
#include "script/analysis/trails.h"

#include "analysis/ways.h"
#include "base/error.h"
#include "base/key_table.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/work.h"

typedef struct trails {
  const dryad_allocator *allocator;
  dryad_id *near_ids; /* near_count of room for `room`: the members whose ways are looked for */
  uint64_t near_count, room;
  dryad_ways ways;
  dryad_key_table numbers; /* of the members looked for */
  uint32_t *places;        /* numbers.count: the node of each */
} trails;

static void destroy(void *block)
{
  trails *self = block;
  if (!self->allocator) return;
  dryad_free(self->allocator, self->near_ids, self->room, sizeof *self->near_ids);
  dryad_free(self->allocator, self->places, self->numbers.count, sizeof *self->places);
  dryad_key_table_deinit(&self->numbers);
  dryad_ways_deinit(&self->ways);
}

static bool is_reached(const dryad_levels *levels, dryad_id id)
{
  return id < levels->count && levels->levels[id] != DRYAD_NONE;
}

/* Selects the members that are at most `longest` steps away; if there are none, the nearest one. */
static dryad_status select_near(trails *self, const dryad_levels *levels, dryad_ids members, uint64_t longest,
                                dryad_error *error)
{
  dryad_id nearest = DRYAD_NONE;
  self->room = members.count + 1;
  self->near_ids = dryad_alloc(self->allocator, self->room, sizeof *self->near_ids);
  if (!self->near_ids) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < members.count; i++) {
    dryad_id id = members.ids[i];
    if (!is_reached(levels, id)) continue;
    if (nearest == DRYAD_NONE || levels->levels[id] < levels->levels[nearest]) nearest = id;
    if (levels->levels[id] / DRYAD_STEP_LEVELS <= longest) self->near_ids[self->near_count++] = id;
  }
  if (self->near_count == 0 && nearest != DRYAD_NONE) self->near_ids[self->near_count++] = nearest;
  return DRYAD_OK;
}

static dryad_status find(trails *self, const dryad_lua_heap *heap, const dryad_levels *levels, dryad_ids members,
                         uint64_t longest, dryad_progress progress, dryad_error *error)
{
  self->allocator = self->numbers.allocator = heap->graph->allocator;
  dryad_status status = select_near(self, levels, members, longest, error);
  dryad_ids near = {self->near_ids, self->near_count};
  if (!status) status = dryad_ways_find(&self->ways, heap->graph, &heap->known, levels, near, progress, error);
  if (status) return status;
  uint32_t number;
  for (uint64_t i = 0; i < near.count; i++)
    if (!dryad_key_table_number(&self->numbers, (dryad_key){{near.ids[i]}}, &number)) return dryad_fail_memory(error);
  self->places = dryad_calloc(self->allocator, self->numbers.count, sizeof *self->places);
  if (!self->places) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < self->ways.count; i++)
    if (dryad_key_table_find(&self->numbers, (dryad_key){{self->ways.nodes[i].id}}, &number)) self->places[number] = i;
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
                       uint64_t ends)
{
  uint64_t length = length_of(ways, place);
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

/* core.trails(list, ends, longest): an array with the best way to each member of a list; false if no root leads to it,
   true if its way was not looked for, since it has more than `longest` steps. If all have more, that of the nearest
   member is found. A way is an array of objects, with `positions`: the i-th is that of the (i + 1)-th object among the
   references of the i-th, nil where objects are left out: more than 2 * `ends`. */
static int core_trails(lua_State *L)
{
  const dryad_lua_list *list = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list->view.heap;
  lua_Integer ends = luaL_checkinteger(L, 2), longest = luaL_checkinteger(L, 3);
  luaL_argcheck(L, ends >= 1, 2, "must be at least 1");
  luaL_argcheck(L, longest >= 0, 3, "must be at least 0");
  dryad_lua_work work;
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  dryad_lua_check_open(L, heap);
  dryad_ids members = dryad_lua_list_ids(L, 1, heap);
  const dryad_levels *levels = dryad_lua_levels(L, heap);
  trails *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, find(found, heap, levels, members, (uint64_t)longest, progress, &work.error));
  lua_settop(L, 3);
  lua_newtable(L);
  for (uint64_t i = 0; i < members.count; i++) {
    dryad_key key = {{members.ids[i]}};
    uint32_t number;
    if (dryad_key_table_find(&found->numbers, key, &number))
      push_trail(L, 2, heap, &found->ways, found->places[number], (uint64_t)ends);
    else
      lua_pushboolean(L, is_reached(levels, members.ids[i]));
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
