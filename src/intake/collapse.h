/* SPDX-License-Identifier: MIT */
/*
 * Collapsing: folds objects that the runtime regards as parts into their owners, and updates the columns.
 *
 * Works on raw ids, the numbering before any part is removed, so it serves graphs under construction and finished ones
 * alike: init, claim for every object, settle, apply, number.
 */
#ifndef DRYAD_INTAKE_COLLAPSE_H
#define DRYAD_INTAKE_COLLAPSE_H

#include <pthread.h>

#include "base/assert.h"
#include "base/memory.h"
#include "runtime/runtime.h"

typedef struct dryad_collapse {
  const dryad_allocator *allocator;
  const dryad_graph *graph; /* by raw id; borrowed. Only types and labels are read */
  dryad_known_types known;
  uint32_t count;            /* raw objects */
  unsigned char *ref_counts; /* by type: see dryad_folding_ref_counts */
  uint32_t type_count;
  dryad_id *owners;      /* by raw id: for a folded part, its owner's raw id; else DRYAD_NONE */
  dryad_bits has_part;   /* by raw id: whether it is an owner */
  uint32_t collapsed;    /* folded parts, once settled */
  pthread_mutex_t mutex; /* for renamed */
  dryad_column renamed;  /* dryad_id[2 * renamed_count]: owners whose type changes, each with its class */
  uint64_t renamed_count;
} dryad_collapse;

dryad_status dryad_collapse_init(dryad_collapse *plan, const dryad_graph *raw, dryad_error *error);
void dryad_collapse_deinit(dryad_collapse *plan);

/* Whether an object of this type with this many references may own a part; if so, call dryad_collapse_claim for it. */
static inline bool dryad_collapse_may_own(const dryad_collapse *plan, uint32_t type, uint64_t ref_count)
{
  return ref_count <= DRYAD_MOST_FOLDING_REFS && plan->ref_counts[type] >> ref_count & 1;
}
/* `refs`: the raw ids of its references, at most DRYAD_MOST_FOLDING_REFS, DRYAD_NONE for a dangling one. May be called
   from several threads. */
dryad_status dryad_collapse_claim(dryad_collapse *plan, dryad_id id, const dryad_id *refs, uint64_t ref_count,
                                  dryad_error *error);
/* Called after the last claim: parts that several objects claimed are kept as objects. */
void dryad_collapse_settle(dryad_collapse *plan);
/* Changes the raw columns: owners take over the size and references of their parts, and the type that their class
   names. `types` is the graph's column, or a copy of it. */
dryad_status dryad_collapse_apply(const dryad_collapse *plan, uint32_t *types, uint32_t *sizes, uint32_t *ref_counts,
                                  dryad_error *error);
/* final[raw id] is the id afterwards; for a folded part, its owner's. */
void dryad_collapse_number(const dryad_collapse *plan, dryad_id *final);

/* Whether the object is a folded part. */
static inline bool dryad_collapse_goes(const dryad_collapse *plan, dryad_id id)
{
  DRYAD_ASSERT(id < plan->count);
  return plan->owners[id] != DRYAD_NONE;
}
/* Which of an owner's references leads to its part; a second reference to it is kept. Afterwards the owner's references
   are those of the part, then its own others. `refs` has raw ids; dangling ones start at the number of raw objects. */
static inline uint64_t dryad_collapse_part_place(const dryad_collapse *plan, dryad_id owner, const dryad_id *refs)
{
  uint64_t place = 0;
  while (refs[place] >= plan->count || plan->owners[refs[place]] != owner) place++;
  return place;
}
/* The new position of one of these references of an object among the `all_count` of the folded object; false: it led to
   the object's part. */
bool dryad_collapse_move_ref(const dryad_collapse *plan, dryad_id id, dryad_ids refs, uint64_t all_count,
                             uint64_t *position);

#endif
