/* SPDX-License-Identifier: MIT */
/* Walks over subtrees of the dominator tree, which announce an object before and after those below it, if there are
   any. */
#ifndef DRYAD_ANALYSIS_DOMINATOR_WALK_H
#define DRYAD_ANALYSIS_DOMINATOR_WALK_H

#include "analysis/dominators.h"
#include "dryad.h"

/* Finds children in O(1). Borrows the dominators. */
typedef struct dryad_dominator_tree {
  const dryad_dominators *dominators;
  const dryad_allocator *allocator;
  uint32_t count;  /* objects */
  uint32_t *first; /* by id, then for DRYAD_NONE: the position of its first child; a block of count + 2 */
} dryad_dominator_tree;

/* O(objects). DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_dominator_tree_init(dryad_dominator_tree *tree, const dryad_dominators *dominators,
                                       dryad_error *error);
/* All zero is allowed. The dominators may be gone. */
void dryad_dominator_tree_deinit(dryad_dominator_tree *tree);

/* Takes DRYAD_NONE for those that no single object dominates. */
static inline dryad_ids dryad_dominator_tree_children(const dryad_dominator_tree *tree, dryad_id id)
{
  uint32_t place = id == DRYAD_NONE ? tree->count : id;
  return (dryad_ids){tree->dominators->children + tree->first[place], tree->first[place + 1] - tree->first[place]};
}

typedef enum dryad_dominator_step {
  DRYAD_STEP_ENTER, /* an object; the number of those open around it is `depth` */
  DRYAD_STEP_LEAVE, /* an object, after all below it; `depth` is as it was when it was entered */
  DRYAD_STEP_LEAF,  /* an object with none below it, instead of both */
  DRYAD_STEP_END
} dryad_dominator_step;

typedef struct dryad_dominator_walk {
  const dryad_dominator_tree *tree;
  dryad_ids starts;
  uint64_t next_start;
  dryad_column levels; /* of open objects: see dominator_walk.c */
  uint64_t depth;
  bool is_entering; /* the last step entered levels[depth] */
} dryad_dominator_walk;

/* Walks below each start, in order; starts must not be below one another. Borrows both. */
void dryad_dominator_walk_init(dryad_dominator_walk *walk, const dryad_dominator_tree *tree, dryad_ids starts);
/* DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_dominator_walk_next(dryad_dominator_walk *walk, dryad_dominator_step *step, dryad_id *id,
                                       dryad_error *error);
/* Right after an object was entered: leaves it without entering those below it. */
void dryad_dominator_walk_skip(dryad_dominator_walk *walk);
void dryad_dominator_walk_deinit(dryad_dominator_walk *walk);

#endif
