/* SPDX-License-Identifier: MIT */
/* Why objects are alive: roots, dominators and retained sizes. */
#include "script/analysis/liveness.h"

#include <string.h>

#include "analysis/retained.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"

/* ---- roots ------------------------------------------------------------------------------------- */

/* core.roots(heap): a list in address order. */
static int roots(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_ids ids = dryad_roots_ids(dryad_lua_roots(L, heap));
  dryad_lua_push_box(L, 1);
  return dryad_lua_push_ids(L, lua_gettop(L), heap, ids);
}

/* core.root_reason(object): why it is a root, or nil. */
static int root_reason(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  lua_pushstring(L, dryad_root_reason_name(dryad_roots_reason(dryad_lua_roots(L, self->heap), self->id)));
  dryad_lua_check_sound(L, self->heap->graph);
  return 1;
}

/* core.set_roots(heap, list or nil): nil recomputes them. */
static int set_roots(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_idle(L, "set_roots");
  dryad_ids ids = dryad_lua_list_ids(L, 2, heap);
  dryad_error error;
  dryad_lua_check(L, dryad_heap_set_roots(heap->heap, ids.ids, ids.count, &error), &error);
  return 0;
}

static bool have_reason(const dryad_roots *roots, dryad_root_reason reason)
{
  for (uint32_t i = 0; i < roots->count; i++)
    if (roots->reasons[i] == reason) return true;
  return false;
}

/* Dominators that are known already tell what all roots reach. */
static dryad_status find_unreachable(dryad_lua_list *list, const dryad_heap *heap, const dryad_roots *roots,
                                     dryad_root_reason except, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = list->view.graph;
  const dryad_dominators *dominators = dryad_heap_known_dominators(heap);
  return dominators && !have_reason(roots, except)
             ? dryad_dominators_unreachable(dominators, graph, &list->ids, &list->count, error)
             : dryad_roots_unreachable(roots, graph, except, &list->ids, &list->count, progress, error);
}

/* core.unreachable(heap, cycles): a list of the objects that roots do not reach, in address order; if `cycles` is true,
   also of those that only roots reach which stand for a cycle that nothing else in the dump refers to. */
static int unreachable(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_root_reason except = lua_toboolean(L, 2) ? DRYAD_ROOT_CYCLE : DRYAD_ROOT_NONE;
  dryad_lua_work work;
  lua_settop(L, 1);
  const dryad_roots *known = dryad_lua_roots(L, heap);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 2, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, find_unreachable(list, heap->heap, known, except, progress, &work.error));
  lua_settop(L, 3);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

/* ---- dominators -------------------------------------------------------------------------------- */

/* object.retained_size: 0 for objects that roots do not reach. */
static int retained_size(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  uint64_t size =
      self->type == DRYAD_NONE ? 0 : dryad_dominators_retained(dryad_lua_dominators(L, self->heap), self->id);
  dryad_lua_check_sound(L, self->heap->graph);
  lua_pushinteger(L, (lua_Integer)size);
  return 1;
}

/* object.dominator: an object or nil. */
static int dominator(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  dryad_id id = DRYAD_NONE;
  if (self->type != DRYAD_NONE) id = dryad_dominators_parent(dryad_lua_dominators(L, self->heap), self->id);
  dryad_lua_check_sound(L, self->heap->graph);
  if (id == DRYAD_NONE) return 0;
  dryad_lua_push_box(L, 1);
  dryad_lua_push_object(L, lua_gettop(L), self->heap, id);
  return 1;
}

/* core.dominated(heap or object): a list of the objects that an object immediately dominates; for a heap, those that no
   single object dominates. */
static int dominated(lua_State *L)
{
  const dryad_lua_object *object = luaL_testudata(L, 1, DRYAD_LUA_OBJECT);
  dryad_lua_heap *heap = object ? dryad_lua_check_object(L, 1, true)->heap : dryad_lua_check_heap(L, 1);
  dryad_ids ids = {NULL, 0};
  if (!object || object->type != DRYAD_NONE)
    ids = dryad_dominators_children(dryad_lua_dominators(L, heap), object ? object->id : DRYAD_NONE);
  dryad_lua_check_sound(L, heap->graph);
  dryad_lua_push_box(L, 1);
  return dryad_lua_push_ids(L, lua_gettop(L), heap, ids);
}

/* core.reachable(heap): the number of objects that roots reach, and their bytes. */
static int reachable(lua_State *L)
{
  const dryad_dominators *dominators = dryad_lua_dominators(L, dryad_lua_check_heap(L, 1));
  lua_pushinteger(L, dryad_dominators_reachable_count(dominators));
  lua_pushinteger(L, (lua_Integer)dryad_dominators_reachable_size(dominators));
  return 2;
}

/* core.retained(heap, list): a list of the objects that the list retains (they would be freed with it), and their
 * bytes.
 */
static int retained(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_ids ids = dryad_lua_list_ids(L, 2, heap);
  dryad_lua_work work;
  uint64_t size;
  lua_settop(L, 2);
  const dryad_roots *known = dryad_lua_roots(L, heap);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 3, heap);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_retained_set(heap->graph, known, ids.ids, ids.count, &list->ids, &list->count, &size,
                                               progress, &work.error));
  lua_settop(L, 4);
  dryad_lua_weigh_ids(L, list);
  lua_pushinteger(L, (lua_Integer)size);
  return 2;
}

/* core.retained_rows(list): an array of {type_str, count, size, retained}, in no order; exact if no object of the list
   dominates another one. */
static int retained_rows(lua_State *L)
{
  const dryad_lua_list *list = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list->view.heap;
  dryad_lua_check_open(L, heap);
  dryad_ids ids = dryad_lua_list_ids(L, 1, heap);
  const dryad_dominators *dominators = dryad_lua_dominators(L, heap);
  uint32_t types = dryad_graph_type_count(heap->graph);
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  dryad_retained_row *rows = lua_newuserdatauv(L, (types + 1) * sizeof *rows, 0);
  memset(rows, 0, (types + 1) * sizeof *rows);
  dryad_retained_by_type(rows, heap->graph, dominators, ids);
  dryad_lua_check_sound(L, heap->graph);
  lua_newtable(L);
  lua_Integer count = 0;
  for (uint32_t type = 0; type < types; type++) {
    if (rows[type].count == 0) continue;
    lua_createtable(L, 0, 4);
    dryad_lua_push_type(L, 2, heap->graph, type);
    lua_setfield(L, -2, "type_str");
    dryad_lua_set_integer(L, "count", rows[type].count);
    dryad_lua_set_integer(L, "size", rows[type].size);
    dryad_lua_set_integer(L, "retained", rows[type].retained);
    lua_rawseti(L, 4, ++count);
  }
  return 1;
}

void dryad_lua_open_liveness(lua_State *L)
{
  static const luaL_Reg functions[] = {{"roots", roots},
                                       {"root_reason", root_reason},
                                       {"set_roots", set_roots},
                                       {"unreachable", unreachable},
                                       {"retained_size", retained_size},
                                       {"dominator", dominator},
                                       {"dominated", dominated},
                                       {"reachable", reachable},
                                       {"retained", retained},
                                       {"retained_rows", retained_rows},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
