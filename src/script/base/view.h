/* SPDX-License-Identifier: MIT */
/* Holds a graph of a heap, and releases it when the heap is closed. */
#ifndef DRYAD_SCRIPT_BASE_VIEW_H
#define DRYAD_SCRIPT_BASE_VIEW_H

#include "script/base/handles.h"

typedef struct dryad_lua_view {
  dryad_lua_heap *heap;
  const dryad_graph *graph; /* retained; NULL: released */
  void (*release)(struct dryad_lua_view *view);
  struct dryad_lua_view *next, **link;
} dryad_lua_view;

/* Registers a view with the heap, on its current graph; `release` frees whatever the view holds of that graph. */
void dryad_lua_view_hold(dryad_lua_view *view, dryad_lua_heap *heap, void (*release)(dryad_lua_view *view));
void dryad_lua_view_drop(dryad_lua_view *view); /* idempotent */

#endif
