/* SPDX-License-Identifier: MIT */
#include "root_tree.h"

#include <string.h>

#include "analysis/breadth_first.h"
#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

dryad_status dryad_root_tree_init(dryad_root_tree *out, const dryad_graph *graph, const dryad_roots *roots,
                                  dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && roots);
  dryad_breadth_first search;
  *out = (dryad_root_tree){.allocator = graph->allocator, .count = graph->count};
  if (!dryad_breadth_first_init(&search, graph, false)) return dryad_fail_memory(error);
  out->parents = search.parents = dryad_alloc(graph->allocator, graph->count, sizeof *out->parents);
  dryad_status status = out->parents ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) {
    memset(out->parents, 0xff, graph->count * sizeof *out->parents);
    for (uint32_t i = 0; i < roots->count; i++) dryad_breadth_first_add(&search, roots->ids[i]);
    status = dryad_breadth_first_run(&search, "finding paths", &progress, error);
  }
  out->reached = search.found;
  out->order = search.order;
  search.order = NULL;
  dryad_breadth_first_deinit(&search);
  if (status) dryad_root_tree_deinit(out);
  return status;
}

void dryad_root_tree_deinit(dryad_root_tree *tree)
{
  if (!tree->allocator) return;
  dryad_free(tree->allocator, tree->parents, tree->count, sizeof *tree->parents);
  dryad_free(tree->allocator, tree->order, tree->count, sizeof *tree->order);
  *tree = (dryad_root_tree){0};
}
