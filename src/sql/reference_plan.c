/* SPDX-License-Identifier: MIT */
#include "sql/reference_plan.h"

#include "graph/graph.h"
#include "sql/bounds.h"
#include "sql/reference_columns.h"

/* SQLite checks any constraints beyond these. */
enum { MOST_ARGUMENTS = 16 };

typedef struct planner {
  sqlite3_index_info *info;
  char text[2 * MOST_ARGUMENTS + 1];
  int count;
  struct {
    bool is_equal, has_range;
  } columns[DRYAD_REFERENCE_POSITION + 1]; /* constraints on each */
  bool by_child;
} planner;

/* The comparison of a constraint on integers; 0: it is not one. */
static char comparison_of(const planner *p, int i)
{
  const struct sqlite3_index_constraint *c = &p->info->aConstraint[i];
  if (!c->usable || c->iColumn < 0 || c->iColumn > DRYAD_REFERENCE_POSITION) return 0;
  return dryad_bounds_comparison(c->op);
}

/* Every constraint collected so far is either used or does not apply to the walk. */
static void look(planner *p)
{
  for (int i = 0, seen = 0; i < p->info->nConstraint && seen < MOST_ARGUMENTS; i++) {
    char comparison = comparison_of(p, i);
    int column = p->info->aConstraint[i].iColumn;
    seen += comparison != 0;
    if (comparison == '=') p->columns[column].is_equal = true;
    if (comparison && comparison != '=') p->columns[column].has_range = true;
  }
}

static bool is_ordered_by(const planner *p, int column)
{
  return p->info->nOrderBy > 0 && p->info->aOrderBy[0].iColumn == column;
}

/* Whether to walk children and their referrers; otherwise parents and their references. */
static bool walks_children(const planner *p)
{
  if (p->columns[DRYAD_REFERENCE_CHILD].is_equal) return true;
  if (p->columns[DRYAD_REFERENCE_PARENT].is_equal) return false;
  if (is_ordered_by(p, DRYAD_REFERENCE_CHILD)) return true;
  return p->columns[DRYAD_REFERENCE_CHILD].has_range && !p->columns[DRYAD_REFERENCE_PARENT].has_range &&
         !is_ordered_by(p, DRYAD_REFERENCE_PARENT);
}

static void use_constraints(planner *p)
{
  static const char names[] = {'p', 'c', 'n'};
  for (int i = 0; i < p->info->nConstraint && p->count < MOST_ARGUMENTS; i++) {
    char comparison = comparison_of(p, i);
    int column = p->info->aConstraint[i].iColumn;
    if (!comparison || (column == DRYAD_REFERENCE_CHILD && !p->by_child)) continue;
    p->text[2 * p->count] = names[column];
    p->text[2 * p->count + 1] = comparison;
    p->info->aConstraintUsage[i].argvIndex = ++p->count;
    p->info->aConstraintUsage[i].omit = 1;
  }
  p->text[2 * p->count] = '\0';
}

/* Whether the requested order is that of the walk: by child if children are walked, then by parent, then by position,
   ascending. Sets the bits of the plan's number. */
static bool gives_order(const planner *p, int *bits)
{
  const struct sqlite3_index_orderby *order = p->info->aOrderBy, *end = order + p->info->nOrderBy;
  bool one_child = p->columns[DRYAD_REFERENCE_CHILD].is_equal;
  if (order < end && p->by_child && order->iColumn == DRYAD_REFERENCE_CHILD)
    *bits |= order++->desc ? DRYAD_CHILDREN_DESCENDING : 0;
  else if (p->by_child && !one_child)
    return false;
  if (order < end && order->iColumn == DRYAD_REFERENCE_PARENT) {
    *bits |= order++->desc ? DRYAD_PARENTS_DESCENDING : 0;
    if (order < end && order->iColumn == DRYAD_REFERENCE_POSITION && !order->desc) order++;
  }
  return order == end;
}

static void estimate(const planner *p, const dryad_graph *graph)
{
  double refs = (double)graph->ref_count, mean = refs / (graph->count + 1.0) + 1;
  double rows = refs, cost = DRYAD_SCANNING_COST + refs;
  bool one_parent = p->columns[DRYAD_REFERENCE_PARENT].is_equal, one_child = p->columns[DRYAD_REFERENCE_CHILD].is_equal;
  if (p->columns[p->by_child ? DRYAD_REFERENCE_CHILD : DRYAD_REFERENCE_PARENT].has_range) cost = rows = refs / 4;
  if (one_child) rows = mean, cost = 4 * mean + DRYAD_FINDING_COST;
  if (one_parent) rows = mean, cost = mean + DRYAD_FINDING_COST;
  if (one_parent && (one_child || p->columns[DRYAD_REFERENCE_POSITION].is_equal)) rows = 1, cost = DRYAD_FINDING_COST;
  p->info->estimatedRows = rows < 1 ? 1 : (sqlite3_int64)rows;
  p->info->estimatedCost = cost;
}

int dryad_reference_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
  const dryad_heap_source *source = ((const dryad_heap_table *)table)->source;
  planner p = {.info = info};
  int order = 0;
  if (!source->heap) return dryad_heap_table_refuse(table, "the heap of this table is closed");
  look(&p);
  p.by_child = walks_children(&p);
  use_constraints(&p);
  estimate(&p, dryad_heap_graph(source->heap));
  info->orderByConsumed = info->nOrderBy > 0 && gives_order(&p, &order);
  info->idxNum = (p.by_child ? DRYAD_BY_CHILD : 0) | (info->orderByConsumed ? order : 0);
  info->idxStr = sqlite3_mprintf("%s", p.text);
  info->needToFreeIdxStr = 1;
  dryad_heap_table_trace_plan("ref", info);
  return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}
