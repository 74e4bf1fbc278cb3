/* SPDX-License-Identifier: MIT */
/* The Python types that the rules know by name. */
#ifndef DRYAD_RUNTIME_PYTHON_TYPES_H
#define DRYAD_RUNTIME_PYTHON_TYPES_H

#include "runtime/runtime.h"

/* Indexes into dryad_known_types. */
typedef enum dryad_python_type {
  DRYAD_PY_BOOL,
  DRYAD_PY_INT,
  DRYAD_PY_LONG,
  DRYAD_PY_FLOAT,
  DRYAD_PY_STR,
  DRYAD_PY_UNICODE,
  DRYAD_PY_BYTES,
  DRYAD_PY_NONE,
  DRYAD_PY_DICT,
  DRYAD_PY_LIST,
  DRYAD_PY_TUPLE,
  DRYAD_PY_MODULE,
  DRYAD_PY_TYPE,
  DRYAD_PY_CLASSOBJ,
  DRYAD_PY_INSTANCE,
  DRYAD_PY_FUNCTION,
  DRYAD_PY_METHOD,
  DRYAD_PY_INSTANCEMETHOD,
  DRYAD_PY_WRAPPER_DESCRIPTOR,
  DRYAD_PY_METHOD_DESCRIPTOR,
  DRYAD_PY_CLASSMETHOD_DESCRIPTOR,
  DRYAD_PY_MEMBER_DESCRIPTOR,
  DRYAD_PY_GETSET_DESCRIPTOR,
  DRYAD_PY_CODE,
  DRYAD_PY_CELL,
  DRYAD_PY_FRAME,
  DRYAD_PY_WEAKREF,
  DRYAD_PY_WEAKREF_FROM_3_10,
  DRYAD_PY_BUILTIN,
  DRYAD_PY_DEQUE,
  DRYAD_PY_LRU_NODE,
  DRYAD_PY_TRACEBACK,
  DRYAD_PY_GENERATOR,
  DRYAD_PY_COROUTINE,
  DRYAD_PY_ASYNC_GENERATOR,
  DRYAD_PY_PROPERTY,
  DRYAD_PY_STATIC_METHOD,
  DRYAD_PY_CLASS_METHOD,
  DRYAD_PY_PARTIAL,
  DRYAD_PY_LRU_CACHE,
  DRYAD_PY_LRU_ELEMENT,
  DRYAD_PY_TASK,
  DRYAD_PY_FUTURE,
  DRYAD_PY_FUTURE_ITERATOR,
  DRYAD_PY_CONTEXT,
  DRYAD_PY_CONTEXT_VAR,
  DRYAD_PY_CONTEXT_VAR_BEFORE_3_12,
  DRYAD_PY_HAMT,
  DRYAD_PY_ABC_DATA,
  DRYAD_PY_HAMT_BITMAP_NODE,
  DRYAD_PY_HAMT_ARRAY_NODE,
  DRYAD_PY_HAMT_COLLISION_NODE,
  DRYAD_PY_THREAD,
  DRYAD_PY_TYPES
} dryad_python_type;

void dryad_python_find_types(dryad_known_types *known, const dryad_graph *graph);

/* Whether the object is in the dump and of this type. */
static inline bool dryad_python_is(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                   dryad_python_type type)
{
  return id < graph->count && dryad_types(graph)[id] == known->ids[type];
}

#endif
