/* SPDX-License-Identifier: MIT */
#include "script/heap/edge.h"

#include "analysis/ways.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/handles.h"
#include "script/base/types.h"

void dryad_lua_push_edge(lua_State *L, const dryad_lua_heap *heap, const dryad_edge *edge)
{
  luaL_Buffer text;
  size_t length = dryad_edge_text(NULL, 0, heap->graph, &heap->known, edge);
  dryad_edge_text(luaL_buffinitsize(L, &text, length + 1), length + 1, heap->graph, &heap->known, edge);
  luaL_pushresultsize(&text, length);
  dryad_lua_check_sound(L, heap->graph);
}

void dryad_lua_push_edge_class(lua_State *L, const dryad_lua_heap *heap, const dryad_edge *edge)
{
  switch (edge->kind) {
  case DRYAD_EDGE_ITEM:
  case DRYAD_EDGE_KEY: lua_pushliteral(L, "[...]"); break;
  case DRYAD_EDGE_REF: lua_pushliteral(L, ""); break;
  default: dryad_lua_push_edge(L, heap, edge);
  }
}

/* core.label(object, i): the label of its i-th reference (negative: from the end), or nil if there is none. */
static int label(lua_State *L)
{
  const dryad_lua_object *self = dryad_lua_check_object(L, 1, true);
  const dryad_graph *graph = self->heap->graph;
  uint64_t count = 0, position;
  if (lua_isinteger(L, 2) && self->type != DRYAD_NONE) count = dryad_children(graph, self->id).count;
  dryad_lua_check_sound(L, graph);
  if (!dryad_lua_to_position(lua_tointeger(L, 2), count, &position)) return 0;
  dryad_edge edge = dryad_edge_of(graph, &self->heap->known, self->id, position);
  dryad_lua_push_edge(L, self->heap, &edge);
  return 1;
}

/* core.label_between(parent, child): the first by its label of the references between them, or nil. */
static int label_between(lua_State *L)
{
  const dryad_lua_object *parent = dryad_lua_check_object(L, 1, false), *child = dryad_lua_check_object(L, 2, true);
  const dryad_lua_heap *heap = parent->heap;
  if (child->heap != heap) return dryad_lua_fail(L, "the objects belong to different heaps");
  uint64_t position = dryad_best_edge_between(heap->graph, &heap->known, parent->id, child->id);
  dryad_lua_check_sound(L, heap->graph);
  if (position == DRYAD_NO_POSITION) return 0;
  dryad_edge edge = dryad_edge_of(heap->graph, &heap->known, parent->id, position);
  dryad_lua_push_edge(L, heap, &edge);
  return 1;
}

void dryad_lua_open_edge(lua_State *L)
{
  static const luaL_Reg functions[] = {{"label", label}, {"label_between", label_between}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
