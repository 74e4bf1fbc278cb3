/* SPDX-License-Identifier: MIT */
#include "script/base/roots_and_dominators.h"

#include "heap/heap.h"
#include "script/base/work.h"

const dryad_roots *dryad_lua_roots(lua_State *L, dryad_lua_heap *heap)
{
  const dryad_roots *roots = dryad_heap_known_roots(heap->heap);
  if (roots) return roots;
  int top = lua_gettop(L);
  dryad_lua_work work;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_heap_roots(heap->heap, &roots, progress, &work.error));
  lua_settop(L, top);
  return roots;
}

const dryad_dominators *dryad_lua_dominators(lua_State *L, dryad_lua_heap *heap)
{
  const dryad_dominators *dominators = dryad_heap_known_dominators(heap->heap);
  if (dominators) return dominators;
  int top = lua_gettop(L);
  dryad_lua_work work;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_heap_dominators(heap->heap, &dominators, progress, &work.error));
  lua_settop(L, top);
  return dominators;
}

const dryad_levels *dryad_lua_levels(lua_State *L, dryad_lua_heap *heap)
{
  const dryad_levels *levels = dryad_heap_known_levels(heap->heap);
  if (levels) return levels;
  int top = lua_gettop(L);
  dryad_lua_work work;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_heap_levels(heap->heap, &levels, progress, &work.error));
  lua_settop(L, top);
  return levels;
}
