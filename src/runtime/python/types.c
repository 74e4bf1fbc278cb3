/* SPDX-License-Identifier: MIT */
#include "runtime/python/types.h"

#include <string.h>

_Static_assert(DRYAD_PY_TYPES <= DRYAD_MOST_KNOWN_TYPES, "all types have a place");

static const char *const names[DRYAD_PY_TYPES] = {
    [DRYAD_PY_BOOL] = "bool",
    [DRYAD_PY_INT] = "int",
    [DRYAD_PY_LONG] = "long",
    [DRYAD_PY_FLOAT] = "float",
    [DRYAD_PY_STR] = "str",
    [DRYAD_PY_UNICODE] = "unicode",
    [DRYAD_PY_BYTES] = "bytes",
    [DRYAD_PY_NONE] = "NoneType",
    [DRYAD_PY_DICT] = "dict",
    [DRYAD_PY_LIST] = "list",
    [DRYAD_PY_TUPLE] = "tuple",
    [DRYAD_PY_MODULE] = "module",
    [DRYAD_PY_TYPE] = "type",
    [DRYAD_PY_CLASSOBJ] = "classobj",
    [DRYAD_PY_INSTANCE] = "instance",
    [DRYAD_PY_FUNCTION] = "function",
    [DRYAD_PY_METHOD] = "method",
    [DRYAD_PY_INSTANCEMETHOD] = "instancemethod",
    [DRYAD_PY_WRAPPER_DESCRIPTOR] = "wrapper_descriptor",
    [DRYAD_PY_METHOD_DESCRIPTOR] = "method_descriptor",
    [DRYAD_PY_CLASSMETHOD_DESCRIPTOR] = "classmethod_descriptor",
    [DRYAD_PY_MEMBER_DESCRIPTOR] = "member_descriptor",
    [DRYAD_PY_GETSET_DESCRIPTOR] = "getset_descriptor",
    [DRYAD_PY_CODE] = "code",
    [DRYAD_PY_CELL] = "cell",
    [DRYAD_PY_FRAME] = "frame",
    [DRYAD_PY_WEAKREF] = "weakref",
    [DRYAD_PY_WEAKREF_FROM_3_10] = "weakref.ReferenceType",
    [DRYAD_PY_BUILTIN] = "builtin_function_or_method",
    [DRYAD_PY_DEQUE] = "collections.deque",
    [DRYAD_PY_LRU_NODE] = "_LRUNode",
    [DRYAD_PY_TRACEBACK] = "traceback",
    [DRYAD_PY_GENERATOR] = "generator",
    [DRYAD_PY_COROUTINE] = "coroutine",
    [DRYAD_PY_ASYNC_GENERATOR] = "async_generator",
    [DRYAD_PY_PROPERTY] = "property",
    [DRYAD_PY_STATIC_METHOD] = "staticmethod",
    [DRYAD_PY_CLASS_METHOD] = "classmethod",
    [DRYAD_PY_PARTIAL] = "functools.partial",
    [DRYAD_PY_LRU_CACHE] = "functools._lru_cache_wrapper",
    [DRYAD_PY_LRU_ELEMENT] = "functools._lru_list_elem",
    [DRYAD_PY_TASK] = "_asyncio.Task",
    [DRYAD_PY_FUTURE] = "_asyncio.Future",
    [DRYAD_PY_FUTURE_ITERATOR] = "_asyncio.FutureIter",
    [DRYAD_PY_CONTEXT] = "_contextvars.Context",
    [DRYAD_PY_CONTEXT_VAR] = "_contextvars.ContextVar",
    [DRYAD_PY_CONTEXT_VAR_BEFORE_3_12] = "ContextVar",
    [DRYAD_PY_HAMT] = "hamt",
    [DRYAD_PY_ABC_DATA] = "_abc._abc_data",
    [DRYAD_PY_HAMT_BITMAP_NODE] = "hamt_bitmap_node",
    [DRYAD_PY_HAMT_ARRAY_NODE] = "hamt_array_node",
    [DRYAD_PY_HAMT_COLLISION_NODE] = "hamt_collision_node",
    [DRYAD_PY_THREAD] = "<thread>",
};

/* A name, and what follows its last dot; no data: it has none. */
typedef struct written {
  dryad_text full, bare;
} written;

/* Some versions of Python, and other dumpers, leave out the module of a type that is written in C: where no type has
   the whole name, the part after the dot counts. */
void dryad_python_find_types(dryad_known_types *known, const dryad_graph *graph)
{
  uint32_t bare[DRYAD_PY_TYPES];
  written all[DRYAD_PY_TYPES];
  for (unsigned i = 0; i < DRYAD_PY_TYPES; i++) {
    const char *dot = strrchr(names[i], '.');
    all[i].full = (dryad_text){names[i], strlen(names[i])};
    all[i].bare = dot ? (dryad_text){dot + 1, strlen(dot + 1)} : (dryad_text){0};
    known->ids[i] = bare[i] = DRYAD_NONE;
  }
  /* There may be a million types. */
  for (uint32_t type = 0; type < graph->store->type_count; type++) {
    dryad_text text = dryad_graph_type_name(graph, type);
    for (unsigned i = 0; i < DRYAD_PY_TYPES; i++) {
      if (dryad_text_equal(text, all[i].full)) known->ids[i] = type;
      if (all[i].bare.data && dryad_text_equal(text, all[i].bare)) bare[i] = type;
    }
  }
  for (unsigned i = 0; i < DRYAD_PY_TYPES; i++)
    if (known->ids[i] == DRYAD_NONE) known->ids[i] = bare[i];
}
