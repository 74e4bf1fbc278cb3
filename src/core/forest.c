#include "core/forest.h"

#include <string.h>

#include "core/error.h"
#include "core/flood.h"
#include "core/graph.h"

dryad_status dryad_forest_init(dryad_forest *out, const dryad_graph *graph, const dryad_roots *roots,
                               dryad_progress progress, dryad_error *error)
{
  dryad_flood flood;
  *out = (dryad_forest){.allocator = graph->allocator, .count = graph->count};
  if (!dryad_flood_init(&flood, graph, false)) return dryad_fail_memory(error);
  out->parents = flood.parents = dryad_alloc(graph->allocator, graph->count, sizeof *out->parents);
  dryad_status status = out->parents ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) {
    memset(out->parents, 0xff, graph->count * sizeof *out->parents);
    for (uint32_t i = 0; i < roots->count; i++) dryad_flood_add(&flood, roots->ids[i]);
    status = dryad_flood_run(&flood, "finding paths", &progress, error);
  }
  out->reached = flood.found;
  out->order = flood.order;
  flood.order = NULL;
  dryad_flood_deinit(&flood);
  if (status) dryad_forest_deinit(out);
  return status;
}

void dryad_forest_deinit(dryad_forest *forest)
{
  if (!forest->allocator) return;
  dryad_free(forest->allocator, forest->parents, forest->count, sizeof *forest->parents);
  dryad_free(forest->allocator, forest->order, forest->count, sizeof *forest->order);
  *forest = (dryad_forest){0};
}
