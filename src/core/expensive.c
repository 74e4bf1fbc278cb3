#include <string.h>

#include "core/rebuild.h"

static uint32_t find(const dryad_graph *graph, const char *name)
{
  return dryad_graph_find_type(graph, name, strlen(name));
}

void dryad_expensive_init(dryad_expensive *types, const dryad_graph *graph)
{
  *types = (dryad_expensive){.module = find(graph, "module"),
                             .frame = find(graph, "frame"),
                             .type = find(graph, "type"),
                             .function = find(graph, "function"),
                             .code = find(graph, "code"),
                             .dict = find(graph, "dict"),
                             .str = find(graph, "str"),
                             .lru_node = find(graph, "_LRUNode")};
}

/* DRYAD_NONE - 1 for a dangling reference: equal to no type that is looked for. */
static uint32_t type_at(const dryad_graph *graph, dryad_ids children, uint64_t i)
{
  return i < children.count && children.ids[i] < graph->count ? dryad_types(graph)[children.ids[i]] : DRYAD_NONE - 1;
}

/* CPython visits a function's code, globals, builtins (from 3.10 on) and the name of its module first. */
static void drop_globals(const dryad_expensive *types, const dryad_graph *graph, dryad_ids children, bool *keep)
{
  uint64_t i = 1;
  if (type_at(graph, children, 0) != types->code) return;
  for (; i < 3; i++) {
    uint32_t type = type_at(graph, children, i);
    if (type != types->dict && type != types->module) break;
    keep[i] = false;
  }
  if (i > 1 && type_at(graph, children, i) == types->str) keep[i] = false;
}

void dryad_choose_cheap_refs(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep)
{
  const dryad_expensive *types = context;
  uint32_t own = dryad_types(graph)[id];
  for (uint64_t i = 0; i < children.count; i++) {
    uint32_t type = type_at(graph, children, i);
    bool is_sideways = own == types->lru_node && type == types->lru_node;
    if (type == types->module || type == types->frame || type == types->type || is_sideways) keep[i] = false;
  }
  if (own == types->function) drop_globals(types, graph, children, keep);
}
