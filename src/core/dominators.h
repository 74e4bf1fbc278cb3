/*
 * Immediate dominators and retained sizes, from a graph's roots.
 *
 * Source: the Semi-NCA algorithm of L. Georgiadis and R. E. Tarjan, "Finding dominators in directed graphs",
 * 2005, on objects renumbered in depth-first order, with path compression as in T. Lengauer and
 * R. E. Tarjan, 1979. A virtual root refers to all roots.
 */
#ifndef DRYAD_CORE_DOMINATORS_H
#define DRYAD_CORE_DOMINATORS_H

#include "core/roots.h"
#include "dryad.h"

struct dryad_dominators {
  const dryad_allocator *allocator;
  uint32_t count;           /* objects of the graph */
  uint32_t reachable_count; /* those that roots reach */
  uint64_t reachable_size;  /* their bytes */
  uint64_t *retained;       /* count: bytes, 0 for what roots do not reach */
  dryad_id *parents;        /* count: immediate dominators, DRYAD_NONE: none */
  dryad_id *children;       /* reachable_count (a block of `count`): sorted by parent, then by id; DRYAD_NONE last */
};

/* Scratch: 28 bytes an object, and a stack as deep as the longest path. Freed with dryad_dominators_free. */
dryad_status dryad_dominators_new(dryad_dominators **out, const dryad_graph *graph, const dryad_roots *roots,
                                  dryad_progress progress, dryad_error *error);
void dryad_dominators_free(dryad_dominators *dominators); /* NULL is allowed */

/* See dryad_heap_retained_size. */
dryad_status dryad_retained_size(const dryad_graph *graph, const dryad_roots *roots, const dryad_id *ids,
                                 uint64_t count, uint64_t *size, dryad_progress progress, dryad_error *error);

#endif
