/* SPDX-License-Identifier: MIT */
#include "analysis/members.h"

#include "base/error.h"
#include "base/progress.h"

enum { STEPS_BETWEEN_TELLING = 1 << 17 };

/* Gives the block its final size. */
static dryad_status hand_over(dryad_id **out, const dryad_allocator *allocator, dryad_column *found, uint64_t count,
                              dryad_error *error)
{
  *out = dryad_realloc(allocator, found->data, found->capacity, count, sizeof(dryad_id));
  if (!*out) return dryad_fail_memory(error);
  *found = (dryad_column){0};
  return DRYAD_OK;
}

dryad_status dryad_members_find(dryad_id **out, uint64_t *count, const dryad_kinds *kinds,
                                const dryad_dominator_tree *tree, dryad_ids starts, uint32_t kind,
                                dryad_members_choice choice, dryad_progress progress, dryad_error *error)
{
  dryad_column found = {0};
  dryad_dominator_walk walk;
  dryad_dominator_step step = DRYAD_STEP_END;
  dryad_id id;
  uint64_t steps = 0;
  *count = 0;
  dryad_dominator_walk_init(&walk, tree, starts);
  dryad_status status;
  while (!(status = dryad_dominator_walk_next(&walk, &step, &id, error)) && step != DRYAD_STEP_END) {
    if (++steps % STEPS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(&progress, "counting contents", steps, tree->dominators->reachable_count)) {
      status = dryad_fail_cancelled(error);
      break;
    }
    if (step == DRYAD_STEP_LEAVE || kinds->numbers[id] != kind) continue;
    if (!dryad_column_reserve(&found, kinds->allocator, *count + 1, sizeof id)) {
      status = dryad_fail_memory(error);
      break;
    }
    ((dryad_id *)found.data)[(*count)++] = id;
    if (choice == DRYAD_MEMBERS_TOPMOST && step == DRYAD_STEP_ENTER) dryad_dominator_walk_skip(&walk);
  }
  dryad_dominator_walk_deinit(&walk);
  if (!status && !found.data && !dryad_column_reserve(&found, kinds->allocator, 1, sizeof id))
    status = dryad_fail_memory(error);
  if (!status) status = hand_over(out, kinds->allocator, &found, *count, error);
  dryad_column_free(&found, kinds->allocator, sizeof id);
  return status;
}
