#include "script/script.h"

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

dryad_id dryad_lua_find(const dryad_graph *graph, uint64_t address)
{
  dryad_id id = dryad_graph_find(graph, address);
  uint32_t low = dryad_graph_count(graph), end = low + dryad_graph_missing(graph), high = end;
  if (id != DRYAD_NONE) return id;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (dryad_graph_address(graph, middle) < address)
      low = middle + 1;
    else
      high = middle;
  }
  return low < end && dryad_graph_address(graph, low) == address ? low : DRYAD_NONE;
}
