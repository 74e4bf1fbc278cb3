/* SPDX-License-Identifier: MIT */
#include "script/analysis/retained_groups.h"

#include "analysis/retained_groups.h"
#include "analysis/retained_tree.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/class.h"

static void destroy_groups(void *groups) { dryad_retained_groups_deinit(groups); }
static void destroy_nodes(void *tree) { dryad_retained_tree_deinit(tree); }

/* Sets class, type, object, and for modules, which stand apart, name in the table on the top. */
static void set_class(lua_State *L, int box, dryad_lua_heap *heap, const dryad_classes *classes, uint32_t class,
                      dryad_id largest)
{
  dryad_lua_push_text(L, dryad_class_name(classes, class));
  lua_setfield(L, -2, "class");
  const uint32_t type = dryad_types(heap->graph)[largest];
  dryad_lua_push_type(L, box, heap->graph, type);
  lua_setfield(L, -2, "type");
  if (dryad_start_kind_of(&heap->known, type) == DRYAD_START_MODULE) {
    dryad_lua_push_optional_text(L, dryad_graph_name(heap->graph, largest));
    lua_setfield(L, -2, "name");
  }
  dryad_lua_push_object(L, box, heap, largest);
  lua_setfield(L, -2, "object");
}

static void set_figures(lua_State *L, uint64_t count, uint64_t size, uint64_t retained)
{
  dryad_lua_set_integer(L, "count", count);
  dryad_lua_set_integer(L, "size", size);
  dryad_lua_set_integer(L, "retained", retained);
}

static void push_group(lua_State *L, int box, dryad_lua_heap *heap, const dryad_classes *classes,
                       const dryad_retained_groups *found, const dryad_class_group *group)
{
  lua_createtable(L, 0, 8);
  set_class(L, box, heap, classes, group->class, group->largest);
  set_figures(L, group->count, group->size, group->retained);
  dryad_lua_push_ids(L, box, heap, (dryad_ids){found->ids + group->first, group->count});
  lua_setfield(L, -2, "objects");
}

static void push_rest(lua_State *L, const dryad_class_group *groups, uint32_t count)
{
  const dryad_class_group rest = dryad_class_group_sum(groups, count);
  lua_createtable(L, 0, 5);
  lua_pushboolean(L, true);
  lua_setfield(L, -2, "is_rest");
  dryad_lua_set_integer(L, "classes", count);
  set_figures(L, rest.count, rest.size, rest.retained);
}

/* core.retained_groups(heap, list or nil, most): what the members of a list, or for nil what no single object,
   immediately dominates, by class: an array of at most `most` {class, type, object (the largest; its type), name (of
   a module), count, size, retained, objects}, and for what is left {is_rest = true, classes (the number of groups),
   count, size, retained}. See analysis/retained_groups.h. */
static int find_groups(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const bool is_of_roots = lua_isnoneornil(L, 2);
  const lua_Integer most = luaL_checkinteger(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  const dryad_dominators *dominators = dryad_lua_dominators(L, heap);
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  const dryad_ids of = dryad_lua_list_ids(L, 2, heap);
  dryad_lua_push_box(L, 1);
  dryad_retained_groups *found = dryad_lua_own(L, sizeof *found, destroy_groups);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_retained_groups_find(found, heap->graph, classes, dominators,
                                                       is_of_roots ? NULL : &of, progress, &work.error));
  lua_settop(L, 5);
  lua_newtable(L);
  const dryad_class_group *groups = found->groups.data;
  uint32_t shown = 0;
  for (; shown < found->count && (lua_Integer)shown < most; shown++) {
    push_group(L, 4, heap, classes, found, &groups[shown]);
    lua_rawseti(L, 6, (lua_Integer)shown + 1);
  }
  if (shown < found->count) {
    push_rest(L, groups + shown, found->count - shown);
    lua_rawseti(L, 6, (lua_Integer)shown + 1);
  }
  return 1;
}

/* core.retained_tree(heap, least, most): at most `most` nodes of the dominator tree by class, each before its children:
   an array of {parent = its place or 0, class, type, object, name, count, size, retained} of groups that retain at
   least `least` bytes, and {parent, is_rest = true, count, size, retained} of all others below a group. See
   analysis/retained_tree.h. */
static int grow_tree(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const lua_Integer least = luaL_checkinteger(L, 2), most = luaL_checkinteger(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  luaL_argcheck(L, least >= 0, 2, "less than nothing");
  luaL_argcheck(L, most >= 1 && most <= INT32_MAX, 3, "no such number of nodes");
  const dryad_dominators *dominators = dryad_lua_dominators(L, heap);
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  dryad_lua_push_box(L, 1);
  dryad_retained_tree *found = dryad_lua_own(L, sizeof *found, destroy_nodes);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_retained_tree_find(found, heap->graph, classes, dominators, (uint64_t)least,
                                                     (uint32_t)most, progress, &work.error));
  lua_settop(L, 5);
  lua_createtable(L, (int)found->count, 0);
  for (uint32_t i = 0; i < found->count; i++) {
    const dryad_retained_node *node = &found->nodes[i];
    lua_createtable(L, 0, 8);
    dryad_lua_set_integer(L, "parent", node->parent == DRYAD_NONE ? 0 : (uint64_t)node->parent + 1);
    set_figures(L, node->count, node->size, node->retained);
    if (node->class == DRYAD_NONE) {
      lua_pushboolean(L, true);
      lua_setfield(L, -2, "is_rest");
    } else {
      set_class(L, 4, heap, classes, node->class, node->largest);
    }
    lua_rawseti(L, 6, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_retained_groups(lua_State *L)
{
  static const luaL_Reg functions[] = {{"retained_groups", find_groups}, {"retained_tree", grow_tree}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
