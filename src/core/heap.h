/* A heap: the current graph, the ones before it, and the report of how it was loaded. */
#ifndef DRYAD_CORE_HEAP_H
#define DRYAD_CORE_HEAP_H

#include "dryad.h"

/* Takes over `graph` (its one reference) and copies `report` and `path`. NULL: no memory (graph untouched). */
dryad_heap *dryad_heap_new(const dryad_allocator *allocator, dryad_graph *graph, const dryad_report *report,
                           const char *path);
/* Installs `graph` (taking over its reference) as a change that undo takes back. */
dryad_status dryad_heap_install(dryad_heap *heap, dryad_graph *graph, dryad_error *error);
/* A number that is different after every change. */
uint64_t dryad_heap_version(const dryad_heap *heap);

/* What was asked for already, at no cost; NULL: it was not. */
const dryad_roots *dryad_heap_known_roots(const dryad_heap *heap);
const dryad_dominators *dryad_heap_known_dominators(const dryad_heap *heap);

/* Bytes held by each part of the current graph. */
typedef struct dryad_memory_part {
  const char *name;
  uint64_t bytes;
} dryad_memory_part;
#define DRYAD_MEMORY_PARTS 16
uint32_t dryad_heap_memory(const dryad_heap *heap, dryad_memory_part parts[DRYAD_MEMORY_PARTS]);

#endif
