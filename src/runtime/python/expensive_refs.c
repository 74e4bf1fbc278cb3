/* SPDX-License-Identifier: MIT */
#include "base/assert.h"
#include "heap/drop_references.h"
#include "runtime/python/known_types.h"

/* CPython visits a function's code, globals, builtins (from 3.10 on) and the name of its module first. */
static void drop_globals(const dryad_known_types *known, const dryad_graph *graph, dryad_ids children, bool *keep)
{
  uint64_t i = 1;
  if (!children.count || !dryad_is(graph, children.ids[0], known->code)) return;
  for (; i < children.count && i < 3; i++) {
    if (!dryad_is(graph, children.ids[i], known->dict) && !dryad_is(graph, children.ids[i], known->module)) break;
    keep[i] = false;
  }
  if (i > 1 && i < children.count && dryad_is(graph, children.ids[i], known->str)) keep[i] = false;
}

void dryad_choose_cheap_refs(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep)
{
  DRYAD_ASSERT(id < graph->count && (keep || children.count == 0));
  const dryad_known_types *known = context;
  bool is_lru_node = dryad_is(graph, id, known->lru_node);
  for (uint64_t i = 0; i < children.count; i++) {
    dryad_id child = children.ids[i];
    bool is_sideways = is_lru_node && dryad_is(graph, child, known->lru_node);
    if (dryad_is(graph, child, known->module) || dryad_is(graph, child, known->frame) ||
        dryad_is(graph, child, known->type) || is_sideways)
      keep[i] = false;
  }
  if (dryad_is(graph, id, known->function)) drop_globals(known, graph, children, keep);
}
