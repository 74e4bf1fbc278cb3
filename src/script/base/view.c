/* SPDX-License-Identifier: MIT */
#include "script/base/view.h"

void dryad_lua_view_hold(dryad_lua_view *view, dryad_lua_heap *heap, void (*release)(dryad_lua_view *view))
{
  view->heap = heap;
  view->graph = dryad_graph_retain(heap->graph);
  view->release = release;
  view->next = heap->views;
  view->link = &heap->views;
  if (heap->views) heap->views->link = &view->next;
  heap->views = view;
}

void dryad_lua_view_drop(dryad_lua_view *view)
{
  if (!view->graph) return;
  view->release(view);
  dryad_graph_release(view->graph);
  view->graph = NULL;
  *view->link = view->next;
  if (view->next) view->next->link = view->link;
}
