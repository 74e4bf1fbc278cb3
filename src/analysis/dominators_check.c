/* SPDX-License-Identifier: MIT */
#include "analysis/dominators.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

static const char stage[] = "checking dominators";

/* While climbing the tree: ids whose path upwards is known to end, and ids passed in this climb. */
typedef struct climb {
  const dryad_dominators *dominators;
  dryad_bits ended, passed;
} climb;

/* Whether the children are in order, so that each occurs once; sets their bits in `ended`. */
static bool are_children_in_order(climb *c)
{
  const dryad_dominators *d = c->dominators;
  for (uint32_t i = 0; i < d->reachable_count; i++) {
    dryad_id id = d->children[i];
    if (i > 0) {
      dryad_id before = d->children[i - 1];
      if (d->parents[id] < d->parents[before] || (d->parents[id] == d->parents[before] && id <= before)) return false;
    }
    dryad_bits_set(&c->ended, id);
  }
  return true;
}

/* Whether objects that are not children have no parent, and all parents are children. Clears the bits again. */
static bool are_parents_children(climb *c)
{
  const dryad_dominators *d = c->dominators;
  for (dryad_id id = 0; id < d->count; id++) {
    dryad_id parent = d->parents[id];
    if (parent != DRYAD_NONE && (!dryad_bits_get(&c->ended, id) || !dryad_bits_get(&c->ended, parent))) return false;
  }
  for (dryad_id id = 0; id < d->count; id++) dryad_bits_clear(&c->ended, id);
  return true;
}

/* False: the path up from here is a cycle. */
static bool has_end(climb *c, dryad_id id)
{
  const dryad_id *parents = c->dominators->parents;
  for (dryad_id at = id; at != DRYAD_NONE && !dryad_bits_get(&c->ended, at); at = parents[at])
    if (!dryad_bits_add(&c->passed, at)) return false;
  for (dryad_id at = id; at != DRYAD_NONE && !dryad_bits_get(&c->ended, at); at = parents[at])
    dryad_bits_set(&c->ended, at);
  return true;
}

static dryad_status check(climb *c, const dryad_progress *progress, bool *is_tree, dryad_error *error)
{
  *is_tree = are_children_in_order(c) && are_parents_children(c);
  for (dryad_id id = 0; id < c->dominators->count && *is_tree; id++) {
    if (id % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, stage, id, c->dominators->count))
      return dryad_fail_cancelled(error);
    *is_tree = has_end(c, id);
  }
  return DRYAD_OK;
}

dryad_status dryad_dominators_check(dryad_dominators *dominators, const dryad_graph *graph, dryad_progress progress,
                                    dryad_error *error)
{
  DRYAD_ASSERT(dominators->count == graph->count);
  climb c = {.dominators = dominators};
  bool is_tree = false;
  bool ok = dryad_bits_init(&c.ended, graph->allocator, dominators->count) &&
            dryad_bits_init(&c.passed, graph->allocator, dominators->count);
  dryad_status status = ok ? check(&c, &progress, &is_tree, error) : dryad_fail_memory(error);
  dryad_bits_deinit(&c.ended);
  dryad_bits_deinit(&c.passed);
  if (!status) status = dryad_graph_check(graph, error);
  if (!status && !is_tree)
    status = dryad_fail(error, DRYAD_FORMAT,
                        "the index is damaged: its dominators are not a tree; create it again from the dump");
  if (!status) dominators->is_unchecked = false;
  return status;
}
