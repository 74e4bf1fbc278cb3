/* SPDX-License-Identifier: MIT */
/*
 * How far each object is from where ways start, and what they start at.
 *
 * Modules are where ways start. What only a thread, a task, a frame or a root without a name leads to is local: such a
 * start is as far as two steps from a module, and of equally long ways a global one is nearer. A level therefore counts
 * half steps: 2 for each step, and 1 more for all that is local. The nearest way to an object goes only along
 * references whose level rises by a whole step.
 * Source: E. F. Moore, "The shortest path through a maze", 1959.
 */
#ifndef DRYAD_ANALYSIS_LEVELS_H
#define DRYAD_ANALYSIS_LEVELS_H

#include "analysis/roots.h"
#include "runtime/runtime.h"

enum { DRYAD_STEP_LEVELS = 2, DRYAD_LOCAL_LEVEL = 2 * DRYAD_STEP_LEVELS + 1 };

/* A start that has a name: a module, thread, task or frame, or a root that the interpreter keeps for a purpose. */
typedef struct dryad_start {
  dryad_id id;
  uint32_t number;          /* among the starts of the same kind and name, from 1 */
  dryad_start_kind kind;    /* NONE: called by its reason */
  dryad_root_reason reason; /* MODULES (their table), ATEXIT or SIGNAL; else NONE */
} dryad_start;

typedef struct dryad_levels {
  const dryad_allocator *allocator;
  uint32_t count;      /* objects of the graph */
  uint32_t *levels;    /* count: in half steps; DRYAD_NONE: no root leads to it */
  dryad_start *starts; /* start_count, in the order of preference, which no address decides where it can be avoided */
  uint32_t *by_id;     /* start_count: places in `starts`, ascending by id */
  uint32_t start_count;
} dryad_levels;

/* O(objects + references). 4 bytes per object at rest, 4 more and 2 bits meanwhile. Freed with dryad_levels_free. */
dryad_status dryad_levels_new(dryad_levels **out, const dryad_graph *graph, const dryad_known_types *known,
                              const dryad_roots *roots, dryad_progress progress, dryad_error *error);
void dryad_levels_free(dryad_levels *levels); /* NULL is allowed */
/* Bytes of its arrays. */
uint64_t dryad_levels_bytes(const dryad_levels *levels);

/* Whether the best way to an object is to start at it. */
static inline bool dryad_levels_is_start(const dryad_levels *levels, dryad_id id)
{
  return levels->levels[id] == 0 || levels->levels[id] == DRYAD_LOCAL_LEVEL;
}
/* Its place in `starts`; DRYAD_NONE: it has no name there. O(log starts). */
uint32_t dryad_levels_start(const dryad_levels *levels, dryad_id id);

/* Finds all starts with names: start_count and both arrays of *levels. Unreached modules and tasks come last among
   those of their name. `is_reached`: by id. */
dryad_status dryad_starts_find(dryad_levels *levels, const dryad_graph *graph, const dryad_known_types *known,
                               const dryad_roots *roots, const dryad_bits *is_reached, dryad_error *error);
/* Whether `a` is preferred over `b`, which may lack names: -1, 0 or 1. */
int dryad_starts_compare(const dryad_levels *levels, const dryad_graph *graph, dryad_id a, dryad_id b);

#endif
