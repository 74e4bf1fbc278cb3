/* SPDX-License-Identifier: MIT */
#include "analysis/nesting.h"

#include <string.h>

#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { STEPS_BETWEEN_TELLING = 1 << 17, UNWANTED = 0xff };

typedef struct finding {
  const dryad_kinds *kinds;
  const dryad_dominator_tree *tree;
  unsigned char *places; /* by kind: its place in `wanted`, or UNWANTED */
  dryad_column open;  /* uint64_t[]: for each open object, the wanted kinds of those around it and its own, as bits */
  dryad_column found; /* dryad_id[found_count]: topmost objects of wanted kinds */
  uint64_t found_count;
  dryad_nesting *out;
} finding;

static bool add_topmost(finding *n, dryad_id id, unsigned place, uint64_t around)
{
  if (!dryad_column_reserve(&n->found, n->out->allocator, n->found_count + 1, sizeof id)) return false;
  ((dryad_id *)n->found.data)[n->found_count++] = id;
  n->out->first[place + 1]++;
  const uint64_t retained = dryad_dominators_retained(n->tree->dominators, id);
  for (; around; around &= around - 1) {
    uint64_t *within = &n->out->within[__builtin_ctzll(around)][place];
    *within = dryad_add_sizes(*within, retained);
  }
  return true;
}

static bool look_at_leaf(finding *n, dryad_id id, uint64_t depth)
{
  const unsigned place = n->places[n->kinds->numbers[id]];
  if (place == UNWANTED) return true;
  const uint64_t around = depth > 0 ? ((const uint64_t *)n->open.data)[depth - 1] : 0;
  return around >> place & 1 || add_topmost(n, id, place, around);
}

static bool enter(finding *n, dryad_id id, uint64_t depth)
{
  if (!dryad_column_reserve(&n->open, n->out->allocator, depth + 1, sizeof(uint64_t))) return false;
  uint64_t *open = n->open.data;
  const uint64_t around = depth > 0 ? open[depth - 1] : 0;
  const unsigned place = n->places[n->kinds->numbers[id]];
  open[depth] = around;
  if (place == UNWANTED) return true;
  open[depth] |= UINT64_C(1) << place;
  return open[depth] == around || add_topmost(n, id, place, around);
}

static dryad_status walk(finding *n, const dryad_progress *progress, dryad_error *error)
{
  dryad_dominator_walk walk;
  dryad_dominator_step step = DRYAD_STEP_END;
  dryad_id id;
  uint64_t steps = 0;
  dryad_dominator_walk_init(&walk, n->tree, dryad_dominator_tree_children(n->tree, DRYAD_NONE));
  dryad_status status;
  while (!(status = dryad_dominator_walk_next(&walk, &step, &id, error)) && step != DRYAD_STEP_END) {
    if (++steps % STEPS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "counting contents", steps, n->tree->dominators->reachable_count))
      status = dryad_fail_cancelled(error);
    else if (step == DRYAD_STEP_LEAF ? !look_at_leaf(n, id, walk.depth)
                                     : step == DRYAD_STEP_ENTER && !enter(n, id, walk.depth))
      status = dryad_fail_memory(error);
    if (status) break;
  }
  dryad_dominator_walk_deinit(&walk);
  return status;
}

/* Sorts what was found by kind. */
static bool collect(finding *n)
{
  dryad_nesting *out = n->out;
  uint64_t next[DRYAD_MOST_NESTED_KINDS];
  for (uint32_t i = 0; i < out->count; i++) {
    out->first[i + 1] += out->first[i];
    next[i] = out->first[i];
  }
  out->ids = dryad_alloc(out->allocator, n->found_count, sizeof *out->ids);
  for (uint64_t i = 0; out->ids && i < n->found_count; i++) {
    dryad_id id = ((const dryad_id *)n->found.data)[i];
    out->ids[next[n->places[n->kinds->numbers[id]]]++] = id;
  }
  return out->ids;
}

dryad_status dryad_nesting_find(dryad_nesting *out, const dryad_kinds *kinds, const dryad_dominator_tree *tree,
                                const uint32_t *wanted, uint32_t count, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(count <= DRYAD_MOST_NESTED_KINDS);
  const dryad_allocator *allocator = kinds->allocator;
  memset(out, 0, sizeof *out);
  out->allocator = allocator;
  out->count = count;
  finding n = {.kinds = kinds, .tree = tree, .places = dryad_alloc(allocator, kinds->count, 1), .out = out};
  dryad_status status = n.places ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) {
    memset(n.places, UNWANTED, kinds->count);
    for (uint32_t i = 0; i < count; i++) n.places[wanted[i]] = (unsigned char)i;
    status = walk(&n, &progress, error);
  }
  if (!status && !collect(&n)) status = dryad_fail_memory(error);
  dryad_free(allocator, n.places, kinds->count, 1);
  dryad_column_free(&n.open, allocator, sizeof(uint64_t));
  dryad_column_free(&n.found, allocator, sizeof(dryad_id));
  if (status) dryad_nesting_deinit(out);
  return status;
}

void dryad_nesting_deinit(dryad_nesting *nesting)
{
  if (nesting->ids) dryad_free(nesting->allocator, nesting->ids, nesting->first[nesting->count], sizeof *nesting->ids);
  nesting->ids = NULL;
}
