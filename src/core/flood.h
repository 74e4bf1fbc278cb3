/*
 * Reaching in breadth: everything that references lead to from some objects, nearest first. For much of a heap: it
 * takes room for all objects, where a walk (core/reach.h) costs what it reaches.
 * Source: E. F. Moore, "The shortest path through a maze", 1959.
 */
#ifndef DRYAD_CORE_FLOOD_H
#define DRYAD_CORE_FLOOD_H

#include "core/memory.h"
#include "dryad.h"

/* A flood that can be fed and let run in turns. */
typedef struct dryad_flood {
  const dryad_graph *graph; /* borrowed */
  bool reversed;            /* from objects to their referrers */
  dryad_bits seen;          /* by id; set bits beforehand to keep objects out */
  dryad_id *order;          /* room for all objects: what was found, nearest first */
  uint32_t found, expanded; /* entries of `order`: all, and those whose references were followed */
  uint32_t told;            /* of these, those that progress was told of */
  dryad_id *parents;        /* NULL, or by id: what led to each object; of a start itself. Owned by the caller */
} dryad_flood;

/* false: no memory, and nothing to deinit. */
bool dryad_flood_init(dryad_flood *flood, const dryad_graph *graph, bool reversed);
void dryad_flood_deinit(dryad_flood *flood);

/* Adds a start, unless it was seen; dangling ids are passed over. */
void dryad_flood_add(dryad_flood *flood, dryad_id id);
/* Forgets what was found beyond the first `found`, which are all expanded. */
void dryad_flood_rewind(dryad_flood *flood, uint32_t found);
/* Follows references until nothing new is found. DRYAD_CANCELLED is the only failure. */
dryad_status dryad_flood_run(dryad_flood *flood, const char *stage, const dryad_progress *progress, dryad_error *error);
/* Follows those of the objects found so far only: one step further. false when there were none. */
bool dryad_flood_step(dryad_flood *flood);

/* The bytes of order[first .. found), at most INT64_MAX. */
uint64_t dryad_flood_size(const dryad_flood *flood, uint32_t first);

#endif
