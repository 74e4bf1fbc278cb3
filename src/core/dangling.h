/* References to addresses that the dump does not hold: gathered while references are resolved, then
   given the ids that follow those of the objects. */
#ifndef DRYAD_CORE_DANGLING_H
#define DRYAD_CORE_DANGLING_H

#include "core/graph.h"
#include "core/parallel.h"

typedef struct dryad_dangling_ref {
  uint64_t place; /* in the children array */
  uint64_t address;
} dryad_dangling_ref;

typedef struct dryad_dangling {
  const dryad_allocator *allocator;
  dryad_column refs[DRYAD_MAX_THREADS]; /* dryad_dangling_ref, by thread */
  uint64_t counts[DRYAD_MAX_THREADS];
} dryad_dangling;

void dryad_dangling_init(dryad_dangling *dangling, const dryad_allocator *allocator);
void dryad_dangling_deinit(dryad_dangling *dangling);
/* Threads may add at the same time, each under its own number. */
bool dryad_dangling_add(dryad_dangling *dangling, unsigned thread, uint64_t place, uint64_t address);
/* Appends the distinct addresses to the graph's, writes their ids into its children, and counts. */
dryad_status dryad_dangling_settle(dryad_dangling *dangling, dryad_graph *graph, dryad_error *error);

#endif
