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
    [DRYAD_PY_BUILTIN] = "builtin_function_or_method",
    [DRYAD_PY_DEQUE] = "collections.deque",
    [DRYAD_PY_LRU_NODE] = "_LRUNode",
    [DRYAD_PY_CONTEXT_VAR] = "_contextvars.ContextVar",
    [DRYAD_PY_CONTEXT_VAR_BEFORE_3_12] = "ContextVar",
    [DRYAD_PY_HAMT_BITMAP_NODE] = "hamt_bitmap_node",
    [DRYAD_PY_HAMT_ARRAY_NODE] = "hamt_array_node",
    [DRYAD_PY_HAMT_COLLISION_NODE] = "hamt_collision_node",
    [DRYAD_PY_THREAD] = "<thread>",
    [DRYAD_PY_TASK] = "_asyncio.Task",
};

void dryad_python_find_types(dryad_known_types *known, const dryad_graph *graph)
{
  for (unsigned i = 0; i < DRYAD_PY_TYPES; i++)
    known->ids[i] = dryad_graph_find_type(graph, names[i], strlen(names[i]));
}
