/* SPDX-License-Identifier: MIT */
/*
 * The positions of one object among the references of another, and the referrers of dangling addresses.
 *
 * Answers are cached, so repeated queries about an object with many references do not scan them all: the references of
 * such an object, sorted by target, and the referrers of dangling addresses.
 */
#ifndef DRYAD_GRAPH_REF_POSITIONS_H
#define DRYAD_GRAPH_REF_POSITIONS_H

#include "base/key_table.h"
#include "graph/graph.h"

typedef struct dryad_ref_order {
  uint32_t *positions; /* sorted by target, then by position; NULL: not worth it yet */
  uint32_t walks;      /* scans of all references so far */
} dryad_ref_order;

typedef struct dryad_ref_positions {
  const dryad_allocator *allocator;
  const dryad_graph *graph;  /* retained */
  dryad_key_table large;     /* objects with many references, by id */
  dryad_column orders;       /* dryad_ref_order[large.count] */
  dryad_bits repeated;       /* see below; no words: not computed */
  uint32_t *dangling_starts; /* missing + 1: where the referrers of each dangling address begin; NULL: not computed */
  dryad_id *dangling_parents;
} dryad_ref_positions;

void dryad_ref_positions_init(dryad_ref_positions *ref_positions, const dryad_graph *graph);
void dryad_ref_positions_deinit(dryad_ref_positions *ref_positions); /* all zero is allowed */

/* A walk over the positions (from 0, ascending) of one object among the references of another. */
typedef struct dryad_position_walk {
  dryad_ids refs;
  dryad_id child;
  const uint32_t *positions; /* NULL: scans the references */
  uint64_t at, end;
} dryad_position_walk;

/* `child` may be dangling. O(references of the parent); for a parent with many references, O(log references) from the
   eighth time on. */
dryad_status dryad_position_walk_begin(dryad_position_walk *out, dryad_ref_positions *ref_positions, dryad_id parent,
                                       dryad_id child, dryad_error *error);
static inline bool dryad_position_walk_next(dryad_position_walk *o, uint64_t *position)
{
  for (; o->at < o->end; o->at++) {
    if (!o->positions && o->refs.ids[o->at] != o->child) continue;
    *position = o->positions ? o->positions[o->at] : o->at;
    o->at++;
    return true;
  }
  return false;
}

/* The distinct objects that refer to an id, which may be dangling, ascending. O(1), except O(references) for the first
   dangling id. */
dryad_status dryad_ref_positions_parents(dryad_ids *out, dryad_ref_positions *ref_positions, dryad_id child,
                                         dryad_progress progress, dryad_error *error);
/* A bit for each id, dangling ones too: set if some object refers to it more than once. O(1), except O(references) at
   the first call. Valid as long as the ref_positions. */
dryad_status dryad_ref_positions_repeated(const dryad_bits **out, dryad_ref_positions *ref_positions,
                                          dryad_progress progress, dryad_error *error);

#endif
