#include "sql/reference_table.h"

#include "core/edge.h"
#include "core/graph.h"
#include "sql/bounds.h"
#include "sql/cell.h"
#include "sql/heap_table.h"
#include "sql/id_walk.h"
#include "sql/reference_edit.h"

enum { PARENT, CHILD, POSITION, LABEL };

typedef struct cursor {
  dryad_heap_cursor heap;
  dryad_occurrences *occurrences;
  dryad_id_walk parents;
  dryad_id parent;             /* DRYAD_NONE: at the end */
  dryad_ids refs;              /* of the parent */
  dryad_id child;              /* DRYAD_NONE: any */
  dryad_occurrence occurrence; /* of the child among the refs */
  dryad_bounds positions;
  uint64_t position, next_position;
} cursor;

static int connect(sqlite3 *handle, void *auxiliary, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message)
{
  return dryad_heap_table_connect(handle, auxiliary, argc, argv, out, message, "ref",
                                  "create table x(parent int, child int, position int hidden, label text hidden)");
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
  return dryad_heap_cursor_open(table, sizeof(cursor), out);
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
  dryad_heap_cursor_close((dryad_heap_cursor *)base, sizeof(cursor));
  return SQLITE_OK;
}

/* ---- planning ----------------------------------------------------------------------------------- */

/* A plan's text has a column, `p`, `c` or `n` (the position), and a comparison (sql/bounds.h) for each argument; its
   number says whether the order is descending. */
enum { MOST_ARGUMENTS = 16 };

typedef struct planner {
  sqlite3_index_info *info;
  char text[2 * MOST_ARGUMENTS + 1];
  int count;
  bool has_parent, has_child, has_position, has_range;
} planner;

static void consider(planner *p, int i)
{
  const struct sqlite3_index_constraint *c = &p->info->aConstraint[i];
  char comparison = dryad_bounds_comparison(c->op), name = c->iColumn == PARENT ? 'p' : c->iColumn == CHILD ? 'c' : 'n';
  if (!c->usable || !comparison || c->iColumn < 0 || c->iColumn > POSITION || p->count == MOST_ARGUMENTS) return;
  if (c->iColumn == CHILD && comparison != '=') return;
  p->text[2 * p->count] = name;
  p->text[2 * p->count + 1] = comparison;
  p->info->aConstraintUsage[i].argvIndex = ++p->count;
  p->info->aConstraintUsage[i].omit = 1;
  p->has_parent |= c->iColumn == PARENT && comparison == '=';
  p->has_range |= c->iColumn == PARENT && comparison != '=';
  p->has_child |= c->iColumn == CHILD;
  p->has_position |= c->iColumn == POSITION && comparison == '=';
}

/* By parent, and perhaps by position from the lowest on. */
static bool gives_order(const sqlite3_index_info *info)
{
  const struct sqlite3_index_orderby *order = info->aOrderBy;
  if (info->nOrderBy == 0 || order[0].iColumn != PARENT) return false;
  return info->nOrderBy == 1 || (info->nOrderBy == 2 && order[1].iColumn == POSITION && !order[1].desc);
}

static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
  const dryad_heap_source *source = ((const dryad_heap_table *)table)->source;
  planner p = {.info = info};
  if (!source->heap) return dryad_heap_table_refuse(table, "the heap of this table is closed");
  const dryad_graph *graph = dryad_heap_graph(source->heap);
  for (int i = 0; i < info->nConstraint; i++) consider(&p, i);
  double refs = (double)graph->ref_count, mean = refs / (graph->count + 1.0) + 1;
  double rows = refs, cost = DRYAD_SCANNING_COST + refs;
  if (p.has_range) cost = rows = refs / 4;
  if (p.has_child) rows = mean, cost = 4 * mean + DRYAD_FINDING_COST;
  if (p.has_parent) rows = mean, cost = mean + DRYAD_FINDING_COST;
  if (p.has_parent && (p.has_child || p.has_position)) rows = 1, cost = DRYAD_FINDING_COST;
  info->estimatedRows = rows < 1 ? 1 : (sqlite3_int64)rows;
  info->estimatedCost = cost;
  info->orderByConsumed = gives_order(info);
  info->idxNum = info->orderByConsumed && info->aOrderBy[0].desc;
  info->idxStr = sqlite3_mprintf("%s", p.text);
  info->needToFreeIdxStr = 1;
  return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

/* ---- walking ------------------------------------------------------------------------------------ */

static int failed(const cursor *c, dryad_status status)
{
  return status ? dryad_sql_failed(c->heap.source->work, status) : SQLITE_OK;
}

static int next_parent(cursor *c)
{
  c->parent = dryad_id_walk_next(&c->parents);
  if (c->parent == DRYAD_NONE) return SQLITE_OK;
  c->refs = dryad_children(c->heap.graph, c->parent);
  c->next_position = c->positions.low > 0 ? (uint64_t)c->positions.low : 0;
  if (c->child == DRYAD_NONE) return SQLITE_OK;
  return failed(
      c, dryad_occurrence_begin(&c->occurrence, c->occurrences, c->parent, c->child, &c->heap.source->work->error));
}

/* The next position that is wanted among the refs of the parent; false: there is none. */
static bool next_position(cursor *c)
{
  if (c->child == DRYAD_NONE) {
    c->position = c->next_position++;
    return c->position < c->refs.count && (int64_t)c->position <= c->positions.high;
  }
  while (dryad_occurrence_next(&c->occurrence, &c->position))
    if (dryad_bounds_has(&c->positions, (int64_t)c->position)) return true;
  return false;
}

static int next(sqlite3_vtab_cursor *base)
{
  cursor *c = (cursor *)base;
  int code = SQLITE_OK;
  while (!code && c->parent != DRYAD_NONE && !next_position(c)) {
    code = dryad_heap_cursor_pass(&c->heap);
    if (!code) code = next_parent(c);
  }
  return code;
}

static int walk_parents_of(cursor *c, int64_t address, dryad_bounds parents, bool is_descending)
{
  dryad_sql_work *work = c->heap.source->work;
  dryad_ids referrers;
  c->child = dryad_graph_find_any(c->heap.graph, (uint64_t)address);
  if (c->child == DRYAD_NONE) return SQLITE_OK;
  c->occurrences = dryad_heap_source_occurrences(c->heap.source);
  dryad_status status = dryad_occurrences_parents(&referrers, c->occurrences, c->child, &work->error);
  if (status) return dryad_sql_failed(work, status);
  if (parents.low == parents.high)
    c->parents = dryad_id_walk_one(c->heap.graph, parents.low);
  else if (referrers.count > 0)
    c->parents = dryad_id_walk_over(c->heap.graph, referrers, parents, is_descending);
  return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int is_descending, const char *text, int argc, sqlite3_value **argv)
{
  cursor *c = (cursor *)base;
  dryad_bounds parents = DRYAD_ALL_INTEGERS, child = DRYAD_ALL_INTEGERS;
  int code = dryad_heap_cursor_begin(&c->heap);
  if (code) return code;
  c->parents = dryad_id_walk_none();
  c->child = c->parent = DRYAD_NONE;
  c->positions = DRYAD_ALL_INTEGERS;
  for (int i = 0; i < argc; i++) {
    dryad_bounds *bounds = text[2 * i] == 'p' ? &parents : text[2 * i] == 'c' ? &child : &c->positions;
    dryad_bounds_narrow(bounds, text[2 * i + 1], argv[i]);
  }
  if (parents.low > parents.high || child.low > child.high || c->positions.low > c->positions.high) return SQLITE_OK;
  if (child.low == child.high)
    code = walk_parents_of(c, child.low, parents, is_descending);
  else if (parents.low == parents.high)
    c->parents = dryad_id_walk_one(c->heap.graph, parents.low);
  else
    c->parents = dryad_id_walk_over(c->heap.graph, (dryad_ids){NULL, c->heap.graph->count}, parents, is_descending);
  if (!code) code = next_parent(c);
  return code ? code : next(base);
}

static int at_end(sqlite3_vtab_cursor *base) { return ((cursor *)base)->parent == DRYAD_NONE; }

/* ---- cells -------------------------------------------------------------------------------------- */

static void write_label(dryad_writer *w, const void *what)
{
  const cursor *c = what;
  const dryad_graph *graph = c->heap.graph;
  dryad_edge edge = dryad_edge_of(graph, c->heap.known, c->parent, c->position);
  dryad_edge_write(w, graph, c->heap.known, &edge);
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int which)
{
  const cursor *c = (const cursor *)base;
  const uint64_t *addresses = dryad_addresses(c->heap.graph);
  if (sqlite3_vtab_nochange(context)) return SQLITE_OK;
  switch (which) {
  case PARENT: sqlite3_result_int64(context, (sqlite3_int64)addresses[c->parent]); break;
  case CHILD: sqlite3_result_int64(context, (sqlite3_int64)addresses[c->refs.ids[c->position]]); break;
  case POSITION: sqlite3_result_int64(context, (sqlite3_int64)c->position); break;
  default: dryad_cell_written(context, write_label, c);
  }
  return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
  const cursor *c = (const cursor *)base;
  *out = (sqlite3_int64)(dryad_offset(&c->heap.graph->child_offsets, c->parent) + c->position);
  return SQLITE_OK;
}

const sqlite3_module dryad_reference_module = {.iVersion = 2,
                                               .xCreate = connect,
                                               .xConnect = connect,
                                               .xBestIndex = plan,
                                               .xDisconnect = dryad_heap_table_disconnect,
                                               .xDestroy = dryad_heap_table_disconnect,
                                               .xOpen = open_cursor,
                                               .xClose = close_cursor,
                                               .xFilter = filter,
                                               .xNext = next,
                                               .xEof = at_end,
                                               .xColumn = column,
                                               .xRowid = rowid,
                                               .xUpdate = dryad_reference_update};
