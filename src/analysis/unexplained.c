/* SPDX-License-Identifier: MIT */
#include "analysis/unexplained.h"

#include <string.h>

#include "base/error.h"
#include "base/progress.h"

enum { STEPS_BETWEEN_TELLING = 1 << 17 };

/* Zero for the explained ones; the walk leaves out what is below them. */
static dryad_status subtract(uint64_t *bytes, const dryad_dominator_tree *tree, const dryad_bits *explained,
                             const dryad_progress *progress, dryad_error *error)
{
  const dryad_dominators *dominators = tree->dominators;
  dryad_dominator_walk walk;
  dryad_dominator_step step = DRYAD_STEP_END;
  dryad_id id;
  dryad_column column = {0}; /* uint64_t[]: explained bytes below each open object */
  uint64_t steps = 0;
  dryad_dominator_walk_init(&walk, tree, dryad_dominator_tree_children(tree, DRYAD_NONE));
  dryad_status status;
  while (!(status = dryad_dominator_walk_next(&walk, &step, &id, error)) && step != DRYAD_STEP_END) {
    if (++steps % STEPS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "looking for suspects", steps, dominators->reachable_count))
      status = dryad_fail_cancelled(error);
    else if (!dryad_column_reserve(&column, dominators->allocator, walk.depth + 1, sizeof(uint64_t)))
      status = dryad_fail_memory(error);
    if (status) break;
    uint64_t *below = &((uint64_t *)column.data)[walk.depth];
    if (step == DRYAD_STEP_LEAF) {
      if (!dryad_bits_get(explained, id)) continue;
      if (walk.depth > 0) below[-1] = dryad_add_sizes(below[-1], bytes[id]);
      bytes[id] = 0;
      continue;
    }
    if (step == DRYAD_STEP_ENTER) {
      *below = 0;
      if (!dryad_bits_get(explained, id)) continue;
      *below = bytes[id];
      dryad_dominator_walk_skip(&walk);
      continue;
    }
    bytes[id] -= *below < bytes[id] ? *below : bytes[id];
    if (walk.depth > 0) below[-1] = dryad_add_sizes(below[-1], *below);
  }
  dryad_dominator_walk_deinit(&walk);
  dryad_column_free(&column, dominators->allocator, sizeof(uint64_t));
  return status;
}

dryad_status dryad_unexplained_find(uint64_t **out, const dryad_dominator_tree *tree, dryad_ids explained,
                                    dryad_progress progress, dryad_error *error)
{
  const dryad_dominators *dominators = tree->dominators;
  const dryad_allocator *allocator = dominators->allocator;
  const uint64_t room = (uint64_t)dominators->count + 1;
  uint64_t *bytes = dryad_alloc(allocator, room, sizeof *bytes);
  dryad_bits bits;
  if (!bytes) return dryad_fail_memory(error);
  memcpy(bytes, dominators->retained, dominators->count * sizeof *bytes);
  *out = bytes;
  if (explained.count == 0) return DRYAD_OK;
  dryad_status status = DRYAD_OK;
  if (dryad_bits_init(&bits, allocator, dominators->count)) {
    for (uint64_t i = 0; i < explained.count; i++)
      if (explained.ids[i] < dominators->count) dryad_bits_set(&bits, explained.ids[i]);
    status = subtract(bytes, tree, &bits, &progress, error);
    dryad_bits_deinit(&bits);
  } else {
    status = dryad_fail_memory(error);
  }
  if (status) {
    dryad_free(allocator, bytes, room, sizeof *bytes);
    *out = NULL;
  }
  return status;
}
