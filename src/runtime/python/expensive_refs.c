/* SPDX-License-Identifier: MIT */
#include "runtime/python/expensive_refs.h"

#include "runtime/python/edge.h"
#include "runtime/python/types.h"

/* CPython visits a function's code, globals, builtins (from 3.10 on) and the name of its module first. */
static void drop_globals(const dryad_graph *graph, const dryad_known_types *known, dryad_ids children, bool *keep)
{
  uint64_t i = 1;
  if (!children.count || !dryad_python_is(graph, known, children.ids[0], DRYAD_PY_CODE)) return;
  for (; i < children.count && i < 3; i++) {
    dryad_id child = children.ids[i];
    if (!dryad_python_is(graph, known, child, DRYAD_PY_DICT) && !dryad_python_is(graph, known, child, DRYAD_PY_MODULE))
      break;
    keep[i] = false;
  }
  if (i > 1 && i < children.count && dryad_python_is(graph, known, children.ids[i], DRYAD_PY_STR)) keep[i] = false;
}

/* A key without its value, or a value without its key, would make keys of values. */
static void drop_pairs(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_ids children,
                       bool *keep)
{
  for (uint64_t i = 1; i < children.count; i += 2) {
    if (keep[i - 1] == keep[i]) continue;
    dryad_edge edge = dryad_python_edge_of(graph, known, id, i);
    bool is_pair = edge.kind == DRYAD_EDGE_KEY || edge.kind == DRYAD_EDGE_ATTRIBUTE;
    if (is_pair && edge.key == children.ids[i - 1]) keep[i - 1] = keep[i] = false;
  }
}

void dryad_python_drop_expensive(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                 dryad_ids children, bool *keep)
{
  bool is_lru_node = dryad_python_is(graph, known, id, DRYAD_PY_LRU_NODE);
  for (uint64_t i = 0; i < children.count; i++) {
    dryad_id child = children.ids[i];
    bool is_sideways = is_lru_node && dryad_python_is(graph, known, child, DRYAD_PY_LRU_NODE);
    if (dryad_python_is(graph, known, child, DRYAD_PY_MODULE) || dryad_python_is(graph, known, child, DRYAD_PY_FRAME) ||
        dryad_python_is(graph, known, child, DRYAD_PY_TYPE) || is_sideways)
      keep[i] = false;
  }
  if (dryad_python_is(graph, known, id, DRYAD_PY_FUNCTION)) drop_globals(graph, known, children, keep);
  drop_pairs(graph, known, id, children, keep);
}
