/* SPDX-License-Identifier: MIT */
#include "script/analysis/merged_paths.h"

#include "analysis/merged_paths.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/edge.h"

static void destroy(void *nodes) { dryad_merged_paths_deinit(nodes); }

static void push_label(lua_State *L, const dryad_lua_heap *heap, const dryad_merged_node *node)
{
  if (node->objects == 1 || node->same_label)
    dryad_lua_push_edge(L, heap, &node->edge);
  else
    dryad_lua_push_edge_class(L, heap, &node->edge);
}

static void push_node(lua_State *L, int box, dryad_lua_heap *heap, const dryad_merged_node *node)
{
  lua_createtable(L, 0, 11);
  dryad_lua_push_object(L, box, heap, node->object);
  lua_setfield(L, -2, "object");
  dryad_lua_push_type(L, box, heap->graph, dryad_types(heap->graph)[node->object]);
  lua_setfield(L, -2, "type");
  dryad_lua_set_integer(L, "objects", node->objects);
  dryad_lua_set_integer(L, "count", node->count);
  dryad_lua_set_integer(L, "here", node->here);
  dryad_lua_set_integer(L, "size", node->size);
  dryad_lua_set_integer(L, "holders", node->holders);
  lua_pushboolean(L, node->repeats);
  lua_setfield(L, -2, "repeats");
  if (node->holders == 1) {
    dryad_lua_push_object(L, box, heap, node->holder);
    lua_setfield(L, -2, "holder");
  }
  if (node->above == DRYAD_NONE) return;
  dryad_lua_set_integer(L, "above", (uint64_t)node->above + 1);
  push_label(L, heap, node);
  lua_setfield(L, -2, "label");
}

/* core.merged_paths(list, least, most_apart): a table by number of nodes {object, type, objects, count, here, size,
   holders, holder if it is the only one, repeats, above, label}, each after the node with the number `above`, without
   nodes of fewer than `least` members (if there are more than `most_apart`, keys are joined); then the number of all
   nodes; the number of objects in the list; their bytes; and how many of them roots do not reach. */
static int nodes(lua_State *L)
{
  const dryad_lua_list *list = luaL_checkudata(L, 1, DRYAD_LUA_LIST);
  dryad_lua_heap *heap = list->view.heap;
  uint64_t least = (uint64_t)luaL_checkinteger(L, 2);
  lua_Integer most_apart = luaL_checkinteger(L, 3);
  luaL_argcheck(L, most_apart >= 0 && most_apart <= UINT32_MAX, 3, "must be a number of nodes");
  dryad_lua_work work;
  lua_settop(L, 2);
  dryad_lua_push_box(L, 1);
  dryad_lua_check_open(L, heap);
  dryad_ids objects = dryad_lua_list_ids(L, 1, heap);
  const dryad_levels *levels = dryad_lua_levels(L, heap);
  dryad_merged_paths *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_merged_paths_find(found, heap->graph, &heap->known, levels, objects,
                                                    (uint32_t)most_apart, progress, &work.error));
  lua_settop(L, 4);
  lua_newtable(L);
  for (uint32_t i = 0; i < found->node_count; i++) {
    const dryad_merged_node *node = &((const dryad_merged_node *)found->nodes.data)[i];
    if (node->count < least) continue;
    push_node(L, 3, heap, node);
    lua_rawseti(L, 5, (lua_Integer)i + 1);
  }
  lua_pushinteger(L, found->node_count);
  lua_pushinteger(L, (lua_Integer)found->count);
  lua_pushinteger(L, (lua_Integer)found->size);
  lua_pushinteger(L, (lua_Integer)found->unreached);
  return 5;
}

void dryad_lua_open_merged_paths(lua_State *L)
{
  lua_pushcfunction(L, nodes);
  lua_setfield(L, -2, "merged_paths");
}
