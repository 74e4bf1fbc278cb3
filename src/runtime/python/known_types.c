/* SPDX-License-Identifier: MIT */
#include "runtime/python/known_types.h"

#include <string.h>

static uint32_t find(const dryad_graph *graph, const char *name)
{
  return dryad_graph_find_type(graph, name, strlen(name));
}

void dryad_known_types_init(dryad_known_types *known, const dryad_graph *graph)
{
  *known = (dryad_known_types){.boolean = find(graph, "bool"),
                               .integer = find(graph, "int"),
                               .long_integer = find(graph, "long"),
                               .real = find(graph, "float"),
                               .str = find(graph, "str"),
                               .unicode = find(graph, "unicode"),
                               .bytes = find(graph, "bytes"),
                               .none = find(graph, "NoneType"),
                               .dict = find(graph, "dict"),
                               .list = find(graph, "list"),
                               .tuple = find(graph, "tuple"),
                               .module = find(graph, "module"),
                               .type = find(graph, "type"),
                               .classobj = find(graph, "classobj"),
                               .function = find(graph, "function"),
                               .method = find(graph, "method"),
                               .instancemethod = find(graph, "instancemethod"),
                               .code = find(graph, "code"),
                               .cell = find(graph, "cell"),
                               .frame = find(graph, "frame"),
                               .lru_node = find(graph, "_LRUNode")};
}

int dryad_truth(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  if (!dryad_is(graph, id, known->boolean)) return -1;
  dryad_value value = dryad_graph_value(graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_BOOLEAN: return value.boolean;
  case DRYAD_VALUE_INTEGER: return value.integer != 0;
  case DRYAD_VALUE_TEXT: return dryad_text_equal(value.text, (dryad_text){"True", 4});
  default: return -1;
  }
}
