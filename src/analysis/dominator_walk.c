/* SPDX-License-Identifier: MIT */
#include "analysis/dominator_walk.h"

#include "base/assert.h"
#include "base/error.h"

/* An open object, and the positions of its children that are still to be entered. */
typedef struct level {
  dryad_id id;
  uint32_t next, end;
} level;

dryad_status dryad_dominator_tree_init(dryad_dominator_tree *tree, const dryad_dominators *dominators,
                                       dryad_error *error)
{
  const uint32_t count = dominators->count;
  *tree = (dryad_dominator_tree){dominators, dominators->allocator, count, NULL};
  tree->first = dryad_alloc(tree->allocator, (uint64_t)count + 2, sizeof *tree->first);
  if (!tree->first) return dryad_fail_memory(error);
  uint64_t known = 0; /* places whose first child is known */
  for (uint32_t i = 0; i < dominators->reachable_count; i++) {
    dryad_id parent = dominators->parents[dominators->children[i]];
    for (uint32_t place = parent == DRYAD_NONE ? count : parent; known <= place; known++) tree->first[known] = i;
  }
  while (known < (uint64_t)count + 2) tree->first[known++] = dominators->reachable_count;
  return DRYAD_OK;
}

void dryad_dominator_tree_deinit(dryad_dominator_tree *tree)
{
  if (tree->allocator) dryad_free(tree->allocator, tree->first, (uint64_t)tree->count + 2, sizeof *tree->first);
  *tree = (dryad_dominator_tree){0};
}

void dryad_dominator_walk_init(dryad_dominator_walk *walk, const dryad_dominator_tree *tree, dryad_ids starts)
{
  *walk = (dryad_dominator_walk){.tree = tree, .starts = starts};
}

dryad_status dryad_dominator_walk_next(dryad_dominator_walk *walk, dryad_dominator_step *step, dryad_id *id,
                                       dryad_error *error)
{
  const dryad_dominators *dominators = walk->tree->dominators;
  level *levels = walk->levels.data;
  if (walk->is_entering) walk->depth++;
  walk->is_entering = false;
  if (walk->depth > 0) {
    level *open = &levels[walk->depth - 1];
    if (open->next == open->end) {
      walk->depth--;
      *step = DRYAD_STEP_LEAVE, *id = open->id;
      return DRYAD_OK;
    }
    *id = dominators->children[open->next++];
  } else if (walk->next_start < walk->starts.count) {
    *id = walk->starts.ids[walk->next_start++];
  } else {
    *step = DRYAD_STEP_END, *id = DRYAD_NONE;
    return DRYAD_OK;
  }
  const uint32_t first = walk->tree->first[*id], end = walk->tree->first[*id + 1];
  if (first == end) {
    *step = DRYAD_STEP_LEAF;
    return DRYAD_OK;
  }
  if (!dryad_column_reserve(&walk->levels, dominators->allocator, walk->depth + 1, sizeof(level)))
    return dryad_fail_memory(error);
  ((level *)walk->levels.data)[walk->depth] = (level){*id, first, end};
  walk->is_entering = true;
  *step = DRYAD_STEP_ENTER;
  return DRYAD_OK;
}

void dryad_dominator_walk_skip(dryad_dominator_walk *walk)
{
  DRYAD_ASSERT(walk->is_entering);
  level *entered = &((level *)walk->levels.data)[walk->depth];
  entered->next = entered->end;
}

void dryad_dominator_walk_deinit(dryad_dominator_walk *walk)
{
  dryad_column_free(&walk->levels, walk->tree->allocator, sizeof(level));
}
