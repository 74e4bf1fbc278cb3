/* SPDX-License-Identifier: MIT */
/*
 * A version of a heap: a graph, data about its objects, and the results computed for it so far.
 *
 * A change makes the next version from the current one. Graphs, pins and marks are shared where they did not change;
 * results are stored once, with the first version for which they hold.
 */
#ifndef DRYAD_HEAP_VERSION_H
#define DRYAD_HEAP_VERSION_H

#include "analysis/dominators.h"
#include "analysis/levels.h"
#include "analysis/roots.h"
#include "graph/graph.h"
#include "graph/type_index.h"
#include "heap/marks.h"
#include "runtime/classes.h"

typedef struct dryad_version {
  dryad_graph *graph;
  dryad_change *change; /* the change that made it; NULL: loading */
  uint64_t serial;      /* of the change */
  dryad_array *pins;    /* uint64_t[]: addresses, ascending and distinct; NULL: none */
  dryad_array *marks;   /* see heap/marks.h */
  /* Indexes into the history, at most its own. */
  uint32_t read_at;    /* the graph as read, or as collapsed since */
  uint32_t settled_at; /* the version whose roots this one inherits */
  uint32_t roots_at;   /* the first with the same roots, which stores them, the dominators and the levels */
  uint32_t graph_at;   /* the first with the same graph, which stores the type index and the classes */
  dryad_roots *roots;
  dryad_dominators *dominators;
  dryad_levels *levels;
  dryad_type_index *type_index;
  dryad_classes *classes;
} dryad_version;

/* Frees roots, dominators and levels. */
void dryad_version_forget(dryad_version *version);
bool dryad_version_is_pinned(const dryad_version *version, uint64_t address);
void dryad_version_deinit(dryad_version *version);

typedef struct dryad_memory_part {
  const char *name;
  uint64_t bytes;
} dryad_memory_part;
#define DRYAD_MEMORY_PARTS 23
/* The memory of the versions of a heap, as for dryad_heap_memory, whose caller adds its own memory to the last part.
   O(versions + blocks of text in changes). */
uint32_t dryad_versions_memory(const dryad_version *history, uint32_t depth,
                               dryad_memory_part parts[DRYAD_MEMORY_PARTS]);

/*
 * Makes *next, at index `at` of the history, from `now` by a change; the caller sets next->change. If the change
 * changes nothing, *next is all zero and has no graph. `roots` (of `now`) and `told` are for GC, whose limit becomes
 * the depth reached if `told` stops it.
 */
dryad_status dryad_version_change(dryad_version *next, const dryad_version *now, uint32_t at, dryad_change *change,
                                  const dryad_roots *roots, const dryad_marks_told *told, dryad_change_result *result,
                                  dryad_progress progress, dryad_error *error);

#endif
