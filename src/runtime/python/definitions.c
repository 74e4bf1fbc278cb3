/* SPDX-License-Identifier: MIT */
#include "runtime/python/definitions.h"

static const dryad_python_type defined[] = {
    DRYAD_PY_FUNCTION, DRYAD_PY_FRAME, DRYAD_PY_GENERATOR, DRYAD_PY_COROUTINE, DRYAD_PY_ASYNC_GENERATOR,
};

bool dryad_python_has_definitions(const dryad_known_types *known, uint32_t type)
{
  for (size_t i = 0; i < sizeof defined / sizeof *defined; i++)
    if (known->ids[defined[i]] == type) return true;
  return false;
}

/* The id of the code, or the label above all ids. */
uint64_t dryad_python_definition_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  const dryad_ids children = dryad_children(graph, id);
  for (uint64_t i = 0; i < children.count; i++)
    if (dryad_python_is(graph, known, children.ids[i], DRYAD_PY_CODE)) return children.ids[i];
  const uint32_t label = ((const uint32_t *)graph->labels->data)[id];
  return label == DRYAD_NO_LABEL ? DRYAD_NO_DEFINITION : UINT64_C(1) << 32 | label;
}
