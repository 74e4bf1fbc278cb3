/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include "collector.h"

void dryad_walk_init(dryad_walk *walk, const dryad_state *state, bool types_too)
{
  *walk = (dryad_walk){.state = state, .types_too = types_too};
  dryad_type_cache_init(&walk->types, state);
}

void dryad_walk_deinit(dryad_walk *walk)
{
  dryad_type_cache_deinit(&walk->types);
  dryad_seen_deinit(&walk->seen);
}

int dryad_walk_mark(PyObject *object, void *walk)
{
  dryad_seen_add(&((dryad_walk *)walk)->seen, (uintptr_t)object);
  return 0;
}

bool dryad_walk_mark_tracked(dryad_walk *walk, const void *interpreter)
{
  return dryad_collector_visit(interpreter, dryad_walk_mark, walk);
}

void dryad_walk_mark_modules(dryad_walk *walk, const void *interpreter)
{
  PyObject *modules = dryad_field_object(interpreter, dryad_here.interp_modules);
  if (modules != NULL) dryad_walk_mark(modules, walk);
}

PyObject *dryad_walk_next(dryad_walk *walk, const dryad_type_info **info)
{
  bool fresh;
  PyObject *object = (PyObject *)dryad_seen_next(&walk->seen);
  if (object == NULL) return NULL;
  *info = dryad_type_cache_get(&walk->types, object, &fresh);
  if (*info == NULL) {
    walk->seen.failed = true;
    return NULL;
  }
  if (fresh && walk->types_too) dryad_walk_mark((PyObject *)(void *)dryad_type_of(object), walk);
  return object;
}

bool dryad_walk_failed(const dryad_walk *walk) { return walk->seen.failed; }
