/* SPDX-License-Identifier: MIT */
#include "analysis/class_table.h"

#include <stdlib.h>

#include "analysis/dominator_walk.h"
#include "analysis/text_search.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 17 };

typedef struct counting {
  const dryad_graph *graph;
  const dryad_classes *classes;
  const dryad_dominators *dominators;
  dryad_class_row *rows; /* by class */
  uint32_t *open;        /* by class: its objects around the one that is looked at */
} counting;

/* ---- counting ----------------------------------------------------------------------------------- */

static bool is_larger(const counting *c, dryad_id id, dryad_id other)
{
  const uint64_t retained = dryad_dominators_retained(c->dominators, id);
  const uint64_t most = dryad_dominators_retained(c->dominators, other);
  return retained != most ? retained > most : dryad_size(c->graph, id) > dryad_size(c->graph, other);
}

static dryad_status count_objects(const counting *c, const dryad_progress *progress, dryad_error *error)
{
  for (dryad_id id = 0; id < c->graph->count; id++) {
    if (id % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "counting objects", id, c->graph->count))
      return dryad_fail_cancelled(error);
    dryad_class_row *row = &c->rows[dryad_class_number(c->classes, id)];
    if (row->count++ == 0 || is_larger(c, id, row->largest)) row->largest = id;
    row->size = dryad_add_sizes(row->size, dryad_size(c->graph, id));
  }
  return DRYAD_OK;
}

static void add_retained(const counting *c, uint32_t class, dryad_id id)
{
  if (c->open[class] > 0) return;
  dryad_class_row *row = &c->rows[class];
  row->retained = dryad_add_sizes(row->retained, dryad_dominators_retained(c->dominators, id));
}

static dryad_status add_all_retained(const counting *c, const dryad_dominator_tree *tree,
                                     const dryad_progress *progress, dryad_error *error)
{
  dryad_dominator_walk walk;
  dryad_dominator_step step = DRYAD_STEP_END;
  dryad_id id;
  uint64_t seen = 0;
  dryad_dominator_walk_init(&walk, tree, dryad_dominator_tree_children(tree, DRYAD_NONE));
  dryad_status status;
  while (!(status = dryad_dominator_walk_next(&walk, &step, &id, error)) && step != DRYAD_STEP_END) {
    const uint32_t class = dryad_class_number(c->classes, id);
    if (step == DRYAD_STEP_LEAVE) {
      c->open[class]--;
      continue;
    }
    add_retained(c, class, id);
    c->open[class] += step == DRYAD_STEP_ENTER;
    if (++seen % OBJECTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "adding retained sizes", seen, c->dominators->reachable_count)) {
      status = dryad_fail_cancelled(error);
      break;
    }
  }
  dryad_dominator_walk_deinit(&walk);
  return status;
}

/* Moves the rows of classes with objects to the front. */
static void gather(dryad_class_table *table)
{
  for (uint32_t class = 0; class < table->capacity; class ++) {
    if (table->rows[class].count == 0) continue;
    table->rows[table->count] = table->rows[class];
    table->rows[table->count++].class = class;
  }
}

dryad_status dryad_class_table_init(dryad_class_table *table, const dryad_classes *classes,
                                    const dryad_dominators *dominators, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = classes->graph;
  const uint32_t count = classes->count;
  *table = (dryad_class_table){.allocator = graph->allocator, .capacity = count};
  table->rows = dryad_calloc(graph->allocator, count, sizeof *table->rows);
  counting c = {graph, classes, dominators, table->rows, dryad_calloc(graph->allocator, count, sizeof *c.open)};
  dryad_dominator_tree tree = {0};
  dryad_status status = table->rows && c.open ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) status = count_objects(&c, &progress, error);
  if (!status) status = dryad_dominator_tree_init(&tree, dominators, error);
  if (!status) status = add_all_retained(&c, &tree, &progress, error);
  if (!status) status = dryad_graph_check(graph, error);
  dryad_dominator_tree_deinit(&tree);
  dryad_free(graph->allocator, c.open, count, sizeof *c.open);
  if (status)
    dryad_class_table_deinit(table);
  else
    gather(table);
  return status;
}

void dryad_class_table_deinit(dryad_class_table *table)
{
  if (table->allocator) dryad_free(table->allocator, table->rows, table->capacity, sizeof *table->rows);
  *table = (dryad_class_table){0};
}

/* ---- selecting and sorting ---------------------------------------------------------------------- */

void dryad_class_table_select(dryad_class_table *table, const dryad_classes *classes, dryad_text text)
{
  uint32_t kept = 0;
  for (uint32_t i = 0; i < table->count; i++)
    if (dryad_text_contains(dryad_class_name(classes, table->rows[i].class), text))
      table->rows[kept++] = table->rows[i];
  table->count = kept;
}

typedef struct sorting {
  const dryad_classes *classes;
  dryad_class_order order;
} sorting;

static uint64_t key_of(const dryad_class_row *row, dryad_class_order order)
{
  switch (order) {
  case DRYAD_CLASSES_BY_RETAINED: return row->retained;
  case DRYAD_CLASSES_BY_SIZE: return row->size;
  case DRYAD_CLASSES_BY_COUNT: return row->count;
  case DRYAD_CLASSES_BY_NAME: break;
  }
  return 0;
}

static int compare(const void *left, const void *right, void *context)
{
  const dryad_class_row *a = left, *b = right;
  const sorting *by = context;
  const uint64_t key = key_of(a, by->order), other = key_of(b, by->order);
  if (key != other) return key < other ? 1 : -1;
  const int names =
      dryad_text_compare(dryad_class_name(by->classes, a->class), dryad_class_name(by->classes, b->class));
  return names ? names : a->class < b->class ? -1 : a->class > b->class;
}

void dryad_class_table_sort(dryad_class_table *table, const dryad_classes *classes, dryad_class_order order)
{
  sorting by = {classes, order};
  if (table->count > 0) qsort_r(table->rows, table->count, sizeof *table->rows, compare, &by);
}
