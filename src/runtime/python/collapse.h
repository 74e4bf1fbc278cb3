/* SPDX-License-Identifier: MIT */
/*
 * Collapsing: which dicts are folded into which owners, and what that does to the columns.
 *
 * An object owns a dict that nobody else claims and that is
 *   1. the only reference of a module,
 *   2. the first of an instance's two references, when the second is its class, or
 *   3. the second of an old-style instance's two, after its class, whose name becomes its type.
 * Strings, dicts, tuples, lists, types, functions, code and the like own none.
 *
 * Works on raw ids, the numbering before any dict goes, so that it serves a graph under construction
 * and a finished one alike: init, claim for every object, settle, apply, number.
 */
#ifndef DRYAD_RUNTIME_PYTHON_COLLAPSE_H
#define DRYAD_RUNTIME_PYTHON_COLLAPSE_H

#include <pthread.h>

#include "base/assert.h"
#include "base/memory.h"
#include "dryad.h"
#include "graph/store.h"

typedef struct dryad_collapse {
  const dryad_allocator *allocator;
  dryad_store *store;
  uint32_t count;        /* raw objects */
  const uint32_t *types; /* by raw id; borrowed, as are labels */
  const uint32_t *labels;
  unsigned char *roles; /* by type: what the rules ask about it */
  uint32_t role_count;
  dryad_id *owners;       /* by raw id: of a dict that goes, its owner's raw id; else DRYAD_NONE */
  dryad_bits has_dict;    /* by raw id: is an owner */
  uint32_t collapsed;     /* dicts that go, once settled */
  pthread_mutex_t mutex;  /* for instances */
  dryad_column instances; /* dryad_id[2 * instance_count]: old-style ones that claim a dict, and their classes */
  uint64_t instance_count;
} dryad_collapse;

dryad_status dryad_collapse_init(dryad_collapse *plan, dryad_store *store, const uint32_t *types,
                                 const uint32_t *labels, uint32_t count, dryad_error *error);
void dryad_collapse_deinit(dryad_collapse *plan);

/* Whether an object of this type with this many references may own a dict: if so, claim for it. */
bool dryad_collapse_may_own(const dryad_collapse *plan, uint32_t type, uint64_t ref_count);
/* `refs`: the raw ids of its references, DRYAD_NONE for a dangling one. May be called from several threads. */
dryad_status dryad_collapse_claim(dryad_collapse *plan, dryad_id id, const dryad_id *refs, uint64_t ref_count,
                                  dryad_error *error);
/* After the last claim: dicts that several objects claimed stay. */
void dryad_collapse_settle(dryad_collapse *plan);
/* Changes the raw columns: owners take over size and references, old-style instances get their class's
   name as type. `types` is the column that the plan was made from, or a copy of it. */
dryad_status dryad_collapse_apply(const dryad_collapse *plan, uint32_t *types, uint32_t *sizes, uint32_t *ref_counts,
                                  dryad_error *error);
/* final[raw id] is the id afterwards, of a dict that went its owner's. */
void dryad_collapse_number(const dryad_collapse *plan, dryad_id *final);

/* Whether the dict goes. */
static inline bool dryad_collapse_goes(const dryad_collapse *plan, dryad_id id)
{
  DRYAD_ASSERT(id < plan->count);
  return plan->owners[id] != DRYAD_NONE;
}
/* Which of an owner's references is to its dict: the second of an old-style instance, else the first. The class
   is the other one; it may be the same dict once more. */
static inline uint64_t dryad_collapse_dict_place(const dryad_collapse *plan, dryad_id owner, const dryad_id *refs)
{
  return plan->owners[refs[0]] != owner;
}

#endif
