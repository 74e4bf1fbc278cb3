/* SPDX-License-Identifier: MIT */
#include "analysis/contents.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/progress.h"

enum { STEPS_BETWEEN_TELLING = 1 << 17 };

/* An open object. */
typedef struct level {
  uint64_t own;   /* what it retains without the next ones of its kind below it */
  uint64_t outer; /* the level of the next open object of its kind, plus one; 0: it is a topmost one */
} level;

typedef struct tally {
  dryad_content content;
  uint64_t open; /* the level of the innermost open object, plus one; 0: none */
  uint32_t depth;
} tally;

typedef struct counting {
  const dryad_graph *graph;
  const dryad_kinds *kinds;
  const dryad_dominator_tree *tree;
  tally *tallies;      /* by kind */
  dryad_column levels; /* level[] */
} counting;

static void count_object(counting *c, tally *t, dryad_id id, uint64_t retained)
{
  level *levels = c->levels.data;
  dryad_content *content = &t->content;
  content->all++;
  content->size = dryad_add_sizes(content->size, dryad_size(c->graph, id));
  if (t->open) {
    uint64_t *own = &levels[t->open - 1].own;
    *own -= retained < *own ? retained : *own;
  } else {
    content->count++;
    content->retained = dryad_add_sizes(content->retained, retained);
  }
  if (t->depth + 1 > content->depth) content->depth = t->depth + 1;
}

static void count_leaf(counting *c, dryad_id id)
{
  tally *t = &c->tallies[c->kinds->numbers[id]];
  const uint64_t retained = dryad_dominators_retained(c->tree->dominators, id);
  count_object(c, t, id, retained);
  if (retained > t->content.largest) t->content.largest = retained;
}

static bool enter(counting *c, dryad_id id, uint64_t depth)
{
  if (!dryad_column_reserve(&c->levels, c->graph->allocator, depth + 1, sizeof(level))) return false;
  tally *t = &c->tallies[c->kinds->numbers[id]];
  const uint64_t retained = dryad_dominators_retained(c->tree->dominators, id);
  count_object(c, t, id, retained);
  ((level *)c->levels.data)[depth] = (level){.own = retained, .outer = t->open};
  t->open = depth + 1;
  t->depth++;
  return true;
}

static void leave(counting *c, dryad_id id, uint64_t depth)
{
  const level *open = &((const level *)c->levels.data)[depth];
  tally *t = &c->tallies[c->kinds->numbers[id]];
  if (open->own > t->content.largest) t->content.largest = open->own;
  t->open = open->outer;
  t->depth--;
}

static dryad_status walk(counting *c, dryad_ids starts, const dryad_progress *progress, dryad_error *error)
{
  dryad_dominator_walk walk;
  dryad_dominator_step step = DRYAD_STEP_END;
  dryad_id id;
  uint64_t steps = 0;
  dryad_dominator_walk_init(&walk, c->tree, starts);
  dryad_status status;
  while (!(status = dryad_dominator_walk_next(&walk, &step, &id, error)) && step != DRYAD_STEP_END) {
    if (++steps % STEPS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "counting contents", steps, c->tree->dominators->reachable_count))
      status = dryad_fail_cancelled(error);
    else if (step == DRYAD_STEP_LEAF)
      count_leaf(c, id);
    else if (step == DRYAD_STEP_LEAVE)
      leave(c, id, walk.depth);
    else if (!enter(c, id, walk.depth))
      status = dryad_fail_memory(error);
    if (status) break;
  }
  dryad_dominator_walk_deinit(&walk);
  return status;
}

static int compare(const void *left, const void *right)
{
  const dryad_content *a = left, *b = right;
  if (a->retained != b->retained) return a->retained < b->retained ? 1 : -1;
  return a->kind < b->kind ? -1 : a->kind > b->kind;
}

static bool collect(dryad_contents *out, const counting *c)
{
  for (uint32_t kind = 0; kind < c->kinds->count; kind++) {
    if (c->tallies[kind].content.all == 0) continue;
    if (!dryad_column_reserve(&out->rows, out->allocator, (uint64_t)out->count + 1, sizeof(dryad_content)))
      return false;
    dryad_content *row = &((dryad_content *)out->rows.data)[out->count++];
    *row = c->tallies[kind].content;
    row->kind = kind;
  }
  if (out->count > 0) qsort(out->rows.data, out->count, sizeof(dryad_content), compare);
  return true;
}

dryad_status dryad_contents_find(dryad_contents *out, const dryad_graph *graph, const dryad_kinds *kinds,
                                 const dryad_dominator_tree *tree, dryad_ids starts, dryad_progress progress,
                                 dryad_error *error)
{
  const dryad_allocator *allocator = graph->allocator;
  *out = (dryad_contents){.allocator = allocator};
  counting c = {.graph = graph,
                .kinds = kinds,
                .tree = tree,
                .tallies = dryad_calloc(allocator, kinds->count, sizeof *c.tallies)};
  dryad_status status = c.tallies ? walk(&c, starts, &progress, error) : dryad_fail_memory(error);
  if (!status && !collect(out, &c)) status = dryad_fail_memory(error);
  dryad_free(allocator, c.tallies, kinds->count, sizeof *c.tallies);
  dryad_column_free(&c.levels, allocator, sizeof(level));
  if (status) dryad_contents_deinit(out);
  return status;
}

void dryad_contents_deinit(dryad_contents *contents)
{
  if (contents->allocator) dryad_column_free(&contents->rows, contents->allocator, sizeof(dryad_content));
  *contents = (dryad_contents){0};
}
