/* SPDX-License-Identifier: MIT */
#include "script/analysis/comparison.h"

#include "analysis/growth.h"
#include "analysis/matching.h"
#include "analysis/surplus.h"
#include "analysis/type_growth.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/class.h"

/* The heaps of one call, which no callback may change meanwhile. */
typedef struct compared {
  uint32_t count;
  dryad_lua_heap **handles;
  dryad_growth_heap *heaps;
} compared;

static dryad_growth_heap described(lua_State *L, dryad_lua_heap *heap)
{
  return (dryad_growth_heap){heap->graph, dryad_lua_roots(L, heap), dryad_lua_classes(L, heap)};
}

static void mark_busy(const compared *c, bool busy)
{
  for (uint32_t i = 0; i < c->count; i++) c->handles[i]->busy += busy ? 1u : -1u;
}

/* ---- by address ---------------------------------------------------------------------------------- */

/* core.compare(heap, other, same): a list of the heap's objects that the other heap also has, or lacks. */
static int compare(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1), *other = dryad_lua_check_heap(L, 2);
  bool same = lua_toboolean(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 4, heap);
  dryad_lua_reserve_ids(L, list, heap->graph->count);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  other->busy++;
  dryad_status status = dryad_match_objects(list->ids, heap->graph, other->graph, progress, &work.error);
  other->busy--;
  dryad_lua_work_end(&work, status);
  dryad_lua_check_sound(L, other->graph);
  lua_settop(L, 5);
  uint64_t count = 0;
  for (dryad_id id = 0; id < heap->graph->count; id++)
    if ((list->ids[id] != DRYAD_NONE) == same) list->ids[count++] = id;
  dryad_lua_shrink_ids(L, list, count);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

/* core.common_addresses(heap, other): the number of addresses at which both have an object of one type. */
static int common_addresses(lua_State *L)
{
  const dryad_lua_heap *heap = dryad_lua_check_heap(L, 1), *other = dryad_lua_check_heap(L, 2);
  uint32_t common = dryad_common_addresses(heap->graph, other->graph);
  dryad_lua_check_sound(L, heap->graph);
  dryad_lua_check_sound(L, other->graph);
  lua_pushinteger(L, common);
  return 1;
}

/* ---- by place ------------------------------------------------------------------------------------ */

/* core.surplus(heap, other, is_surplus): a list of the objects that the heap has more at some place, or of the others.
 */
static int surplus(lua_State *L)
{
  dryad_lua_heap *handles[] = {dryad_lua_check_heap(L, 1), dryad_lua_check_heap(L, 2)};
  bool is_surplus = lua_toboolean(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  dryad_growth_heap one = described(L, handles[0]), other = described(L, handles[1]);
  dryad_lua_list *list = dryad_lua_new_list(L, 4, handles[0]);
  dryad_progress progress = dryad_lua_work_begin(L, &work, handles[0], 0);
  handles[1]->busy++;
  dryad_status status = dryad_surplus_find(&list->ids, &list->count, &one, &other, is_surplus, progress, &work.error);
  handles[1]->busy--;
  dryad_lua_work_end(&work, status);
  dryad_lua_check_sound(L, handles[1]->graph);
  lua_settop(L, 5);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

static void destroy_growth(void *growth) { dryad_growth_deinit(growth); }

static void set_signed(lua_State *L, const char *name, int64_t number)
{
  lua_pushinteger(L, number);
  lua_setfield(L, -2, name);
}

static void set_flag(lua_State *L, const char *name, bool flag)
{
  lua_pushboolean(L, flag);
  lua_setfield(L, -2, name);
}

static void set_object(lua_State *L, const char *name, int box, dryad_lua_heap *heap, dryad_id id)
{
  if (id == DRYAD_NONE) return;
  dryad_lua_push_object(L, box, heap, id);
  lua_setfield(L, -2, name);
}

static void set_numbers(lua_State *L, const char *name, const uint64_t *numbers, uint32_t count)
{
  lua_createtable(L, (int)count, 0);
  for (uint32_t i = 0; i < count; i++) {
    lua_pushinteger(L, (lua_Integer)numbers[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, name);
}

enum { MOST_CLASSES = 50 };

static void set_classes(lua_State *L, int box, dryad_lua_heap *heap, const dryad_growth_class *classes, uint64_t count)
{
  lua_newtable(L);
  for (uint64_t i = 0; i < count && i < MOST_CLASSES; i++) {
    lua_createtable(L, 0, 4);
    set_object(L, "example", box, heap, classes[i].example);
    set_signed(L, "count", classes[i].count);
    set_signed(L, "size", classes[i].size);
    set_signed(L, "within", classes[i].within);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "classes");
}

/* `box`: of the last heap; that of the first is the next on the stack. */
static void push_finding(lua_State *L, int box, const compared *c, const dryad_growth *growth,
                         const dryad_growth_finding *finding)
{
  dryad_lua_heap *first = c->handles[0], *last = c->handles[c->count - 1];
  lua_createtable(L, 0, 14);
  set_object(L, "holder", box, last, finding->holder);
  set_object(L, "holder_before", box + 1, first, finding->before);
  set_object(L, "member", box, last, finding->member);
  set_object(L, "start", box, last, finding->start);
  set_signed(L, "holders", finding->holders);
  set_signed(L, "bytes", finding->bytes);
  set_flag(L, "is_chain", finding->is_chain);
  set_flag(L, "is_tree", finding->is_tree);
  set_flag(L, "is_new", finding->is_new);
  set_flag(L, "is_start_new", finding->is_start_new);
  set_numbers(L, "counts", (const uint64_t *)growth->counts.data + finding->first_count, growth->heaps);
  set_numbers(L, "sizes", (const uint64_t *)growth->sizes.data + finding->first_count, growth->heaps);
  set_classes(L, box, last, (const dryad_growth_class *)growth->classes.data + finding->first_class,
              finding->class_count);
  dryad_lua_push_ids(L, box, last, (dryad_ids){growth->added + finding->first_added, finding->added_count});
  lua_setfield(L, -2, "added");
}

/* Checks the heaps of the array at 1; pushes them and the memory of the result. */
static compared check_heaps(lua_State *L)
{
  compared c = {.count = (uint32_t)lua_rawlen(L, 1)};
  luaL_argcheck(L, c.count >= 2, 1, "two heaps or more are needed");
  c.handles = lua_newuserdatauv(L, c.count * sizeof *c.handles, 0);
  c.heaps = lua_newuserdatauv(L, c.count * sizeof *c.heaps, 0);
  for (uint32_t i = 0; i < c.count; i++) {
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    c.handles[i] = dryad_lua_check_heap(L, lua_gettop(L));
    lua_pop(L, 1);
  }
  return c;
}

/* Matches the objects of the last heap with those of the first. */
static void match(lua_State *L, const compared *c, dryad_id *matches)
{
  dryad_lua_heap *first = c->handles[0], *last = c->handles[c->count - 1];
  dryad_lua_work work;
  dryad_progress progress = dryad_lua_work_begin(L, &work, last, 0);
  mark_busy(c, true);
  dryad_status status = dryad_match_objects(matches, last->graph, first->graph, progress, &work.error);
  mark_busy(c, false);
  dryad_lua_work_end(&work, status);
  dryad_lua_check_sound(L, first->graph);
}

/* core.growth(heaps, by_address, least): an array of {holder, holder_before, member, start, holders, bytes, is_chain,
   is_tree, is_new, is_start_new, counts, sizes, classes = {{example, count, size, within}, ...}, added}, as in
   analysis/growth.h; then the bytes of all growth. */
static int growth(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  bool by_address = lua_toboolean(L, 2);
  lua_Integer least = luaL_checkinteger(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  compared c = check_heaps(L);
  dryad_lua_heap *first = c.handles[0], *last = c.handles[c.count - 1];
  lua_rawgeti(L, 1, c.count);
  dryad_lua_push_box(L, 6);
  lua_rawgeti(L, 1, 1);
  dryad_lua_push_box(L, 8);
  lua_remove(L, 8); /* 7: the box of the last heap, 8: that of the first */
  dryad_lua_list *matches = dryad_lua_new_list(L, 7, last);
  if (by_address) dryad_lua_reserve_ids(L, matches, last->graph->count);
  dryad_growth *found = dryad_lua_own(L, sizeof *found, destroy_growth);
  int top = lua_gettop(L);
  if (by_address) match(L, &c, matches->ids);
  if (!by_address || !dryad_nothing_grew(last->graph, first->graph, matches->ids)) {
    for (uint32_t i = 0; i < c.count; i++) c.heaps[i] = described(L, c.handles[i]);
    dryad_progress progress = dryad_lua_work_begin(L, &work, last, 0);
    mark_busy(&c, true);
    dryad_status status = dryad_growth_find(found, c.heaps, c.count, by_address ? matches->ids : NULL,
                                            least > 0 ? (uint64_t)least : 0, progress, &work.error);
    mark_busy(&c, false);
    dryad_lua_work_end(&work, status);
  }
  lua_settop(L, top);
  lua_newtable(L);
  for (uint64_t i = 0; i < found->count; i++) {
    push_finding(L, 7, &c, found, &((const dryad_growth_finding *)found->findings.data)[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_pushinteger(L, found->total);
  return 2;
}

/* ---- by type ------------------------------------------------------------------------------------- */

static void destroy_type_growth(void *found) { dryad_type_growth_deinit(found); }

/* Sets numbers of all heaps, the first, the last and their difference; returns whether each is larger than the one
   before. */
static bool set_tallies(lua_State *L, const uint64_t *numbers, uint32_t count, const char *const names[4])
{
  bool is_rising = true;
  for (uint32_t i = 1; i < count; i++) is_rising &= (int64_t)numbers[i] > (int64_t)numbers[i - 1];
  set_numbers(L, names[0], numbers, count);
  dryad_lua_set_integer(L, names[1], numbers[0]);
  dryad_lua_set_integer(L, names[2], numbers[count - 1]);
  dryad_lua_set_integer(L, names[3], numbers[count - 1] - numbers[0]);
  return is_rising;
}

/* The second result of core.type_growth. */
static int type_row(lua_State *L)
{
  static const char *const counts[] = {"counts", "count_before", "count_after", "count_growth"};
  static const char *const sizes[] = {"sizes", "size_before", "size_after", "size_growth"};
  const dryad_type_growth *found = dryad_lua_owned(L, lua_upvalueindex(1));
  lua_Integer place = luaL_checkinteger(L, 1);
  luaL_argcheck(L, place >= 1 && place <= found->names.count, 1, "there is no such type");
  uint32_t type = found->order[place - 1];
  const dryad_type_tally *tallies = dryad_type_tallies(found, type);
  lua_settop(L, 1);
  uint64_t *numbers = lua_newuserdatauv(L, found->heaps * sizeof *numbers, 0);
  lua_createtable(L, 0, 10);
  dryad_lua_push_text(L, dryad_text_numbers_get(&found->names, type));
  lua_setfield(L, -2, "type_str");
  for (uint32_t i = 0; i < found->heaps; i++) numbers[i] = tallies[i].count;
  set_tallies(L, numbers, found->heaps, counts);
  for (uint32_t i = 0; i < found->heaps; i++) numbers[i] = tallies[i].size;
  set_flag(L, "steady", set_tallies(L, numbers, found->heaps, sizes));
  return 1;
}

/* core.type_growth(heaps): the number of types of all heaps of an array, and a function that makes the row of the i-th,
   {type_str, counts, count_before, count_after, count_growth, sizes, size_before, size_after, size_growth, steady}, by
   growth in bytes. There may be a million of them, most of which nobody looks at. */
static int type_growth(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  uint32_t count = (uint32_t)lua_rawlen(L, 1);
  luaL_argcheck(L, count >= 2, 1, "two heaps or more are needed");
  dryad_error error;
  lua_settop(L, 1);
  const dryad_graph **graphs = lua_newuserdatauv(L, count * sizeof *graphs, 0);
  for (uint32_t i = 0; i < count; i++) {
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    graphs[i] = dryad_lua_check_heap(L, lua_gettop(L))->graph;
    lua_pop(L, 1);
  }
  dryad_type_growth *found = dryad_lua_own(L, sizeof *found, destroy_type_growth);
  dryad_lua_check(L, dryad_type_growth_find(found, graphs, count, &error), &error);
  lua_pushinteger(L, found->names.count);
  lua_insert(L, -2);
  lua_pushcclosure(L, type_row, 1);
  return 2;
}

void dryad_lua_open_comparison(lua_State *L)
{
  static const luaL_Reg functions[] = {{"compare", compare},         {"common_addresses", common_addresses},
                                       {"surplus", surplus},         {"growth", growth},
                                       {"type_growth", type_growth}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
