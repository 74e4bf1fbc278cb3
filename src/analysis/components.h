/* SPDX-License-Identifier: MIT */
/*
 * Strongly connected components of the references among some objects of a graph.
 *
 * Source: R. E. Tarjan, "Depth-first search and linear graph algorithms", 1972, in the form with one number per object
 * of D. J. Pearce, "A space-efficient algorithm for finding strongly connected components", 2016.
 */
#ifndef DRYAD_ANALYSIS_COMPONENTS_H
#define DRYAD_ANALYSIS_COMPONENTS_H

#include "base/memory.h"
#include "dryad.h"

typedef struct dryad_components {
  const dryad_allocator *allocator;
  uint32_t count;    /* of components */
  uint32_t id_count; /* of objects */
  dryad_id *ids;     /* id_count: component after component; each after all that it refers to */
  uint32_t *starts;  /* count + 1 (a block of id_count + 1): where each component begins in `ids` */
} dryad_components;

/* Of the references from and to these objects only; duplicates count once, dangling ids are skipped. O(objects + their
   references), and scratch of 8 bytes for each object of the graph. */
dryad_status dryad_components_find(dryad_components *out, const dryad_graph *graph, dryad_ids objects,
                                   dryad_progress progress, dryad_error *error);
void dryad_components_deinit(dryad_components *components); /* all zero is allowed */

static inline dryad_ids dryad_component(const dryad_components *components, uint32_t i)
{
  DRYAD_ASSERT(i < components->count);
  uint32_t start = components->starts[i];
  return (dryad_ids){components->ids + start, components->starts[i + 1] - start};
}

#endif
