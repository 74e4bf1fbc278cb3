/* SPDX-License-Identifier: MIT */
#include "sql/object_plan.h"

#include <string.h>

#include "graph/graph.h"
#include "sql/bounds.h"
#include "sql/object_columns.h"

/* SQLite checks any constraints beyond these. */
enum { MOST_ARGUMENTS = 16 };

typedef struct planner {
  sqlite3_index_info *info;
  const dryad_heap_table *table;
  const dryad_graph *graph;
  char text[2 * MOST_ARGUMENTS + 1];
  int count;
} planner;

/* The first constraint that a column equals something; -1: none. */
static int find_equal(const planner *p, int column)
{
  for (int i = 0; i < p->info->nConstraint; i++) {
    const struct sqlite3_index_constraint *c = &p->info->aConstraint[i];
    if (c->usable && c->iColumn == column && c->op == SQLITE_INDEX_CONSTRAINT_EQ) return i;
  }
  return -1;
}

static void use(planner *p, int constraint, char column, char comparison, bool is_exact)
{
  p->text[2 * p->count] = column;
  p->text[2 * p->count + 1] = comparison;
  p->info->aConstraintUsage[constraint].argvIndex = ++p->count;
  p->info->aConstraintUsage[constraint].omit = is_exact;
}

/* Uses ranges of addresses and sizes, and equal sizes; returns an estimate of the share of rows that remain. */
static double use_bounds(planner *p)
{
  double share = 1;
  for (int i = 0; i < p->info->nConstraint && p->count < MOST_ARGUMENTS; i++) {
    const struct sqlite3_index_constraint *c = &p->info->aConstraint[i];
    char comparison = dryad_bounds_comparison(c->op);
    bool is_address = c->iColumn == DRYAD_OBJECT_ADDRESS, is_size = c->iColumn == DRYAD_OBJECT_SIZE;
    if (!c->usable || !comparison || !(is_address || is_size) || p->info->aConstraintUsage[i].argvIndex) continue;
    use(p, i, is_address ? 'a' : 's', comparison, true);
    share /= comparison == '=' ? 20 : 4;
  }
  return share;
}

static bool compares_bytes(const planner *p, int constraint)
{
  return p->table->is_utf8 && strcmp(sqlite3_vtab_collation(p->info, constraint), "BINARY") == 0;
}

/* An estimate of the number of objects with the type that a constraint asks for. */
static double count_of_type(const planner *p, int constraint, bool *is_text)
{
  sqlite3_value *value = NULL;
  const dryad_type_index *index;
  double types = p->graph->store->type_count;
  *is_text = sqlite3_vtab_rhs_value(p->info, constraint, &value) == SQLITE_OK && value &&
             sqlite3_value_type(value) == SQLITE_TEXT;
  if (!*is_text) return p->graph->count / (types + 1);
  if (dryad_heap_type_index(p->table->source->heap, &index, NULL)) return p->graph->count / (types + 1);
  uint32_t type =
      dryad_graph_find_type(p->graph, (const char *)sqlite3_value_text(value), (size_t)sqlite3_value_bytes(value));
  return (double)dryad_type_index_ids(index, type).count;
}

/* Chooses the walk, and estimates its number of rows. */
static double choose_walk(planner *p)
{
  int idom = find_equal(p, DRYAD_OBJECT_IDOM), type = find_equal(p, DRYAD_OBJECT_TYPE);
  double rows = p->graph->count;
  bool is_text = false;
  if (type >= 0 && !compares_bytes(p, type)) type = -1;
  if (type >= 0) {
    rows = count_of_type(p, type, &is_text);
    use(p, type, 't', '=', is_text);
  }
  if (idom >= 0) {
    use(p, idom, 'd', '=', true);
    rows = rows < 20 ? rows : 20;
  }
  return rows;
}

static bool has_argument(const planner *p, char column)
{
  for (int i = 0; i < p->count; i++)
    if (p->text[2 * i] == column) return true;
  return false;
}

static bool walks_all(const planner *p)
{
  return !has_argument(p, 'a') && !has_argument(p, 't') && !has_argument(p, 'd');
}

/* Whether the requested order costs nothing; sets the bits of the plan's number. */
static int choose_order(const planner *p)
{
  const sqlite3_index_info *info = p->info;
  const struct sqlite3_index_orderby *order = info->aOrderBy;
  int bits = 0, at = 0;
  if (info->nOrderBy == 0) return 0;
  if (order[at].iColumn == DRYAD_OBJECT_TYPE) {
    if (!p->table->is_utf8 || has_argument(p, 'd')) return -1;
    bits |= DRYAD_BY_TYPE | (order[at].desc ? DRYAD_TYPES_DESCENDING : 0);
    at++;
  }
  if (at == info->nOrderBy) return bits;
  if (order[at].iColumn != DRYAD_OBJECT_ADDRESS) return -1;
  return bits | (order[at].desc ? DRYAD_DESCENDING : 0);
}

static int finish(planner *p, double rows, double cost)
{
  sqlite3_index_info *info = p->info;
  int order = choose_order(p);
  info->orderByConsumed = order >= 0 && info->nOrderBy > 0;
  info->idxNum = order < 0 ? 0 : order;
  info->estimatedRows = rows < 1 ? 1 : (sqlite3_int64)rows;
  info->estimatedCost = cost;
  p->text[2 * p->count] = '\0';
  info->idxStr = sqlite3_mprintf("%s", p->text);
  info->needToFreeIdxStr = 1;
  dryad_heap_table_trace_plan("obj", info);
  return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

int dryad_object_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
  planner p = {.info = info, .table = (const dryad_heap_table *)table};
  if (!p.table->source->heap) return dryad_heap_table_refuse(table, "the heap of this table is closed");
  p.graph = dryad_heap_graph(p.table->source->heap);
  int address = find_equal(&p, DRYAD_OBJECT_ADDRESS);
  if (address >= 0) {
    use(&p, address, 'a', '=', true);
    info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    return finish(&p, 1, DRYAD_FINDING_COST);
  }
  double walked = choose_walk(&p), share = use_bounds(&p);
  double start = walks_all(&p) ? DRYAD_SCANNING_COST : DRYAD_FINDING_COST;
  return finish(&p, walked * share, start + walked * (share + 1) / 2);
}
