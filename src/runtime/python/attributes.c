/* SPDX-License-Identifier: MIT */
#include "runtime/python/attributes.h"

#include <string.h>

#include "runtime/python/dict_items.h"

static dryad_text text_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  if (id >= graph->count || !dryad_may_be_name(graph, known, id)) return (dryad_text){0};
  dryad_value value = dryad_graph_value(graph, id);
  return value.kind == DRYAD_VALUE_TEXT ? value.text : (dryad_text){0};
}

dryad_id dryad_python_attribute(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, const char *name)
{
  dryad_dict_items items;
  if (dryad_python_dict_items_of(&items, graph, known, id)) return DRYAD_NONE;
  const dryad_text wanted = {name, strlen(name)};
  for (uint64_t i = 0; i < items.count; i++)
    if (dryad_text_equal(text_of(graph, known, items.refs[2 * i]), wanted)) return items.refs[2 * i + 1];
  return DRYAD_NONE;
}

dryad_text dryad_python_attribute_text(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                       const char *name)
{
  return text_of(graph, known, dryad_python_attribute(graph, known, id, name));
}
