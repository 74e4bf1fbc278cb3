/* SPDX-License-Identifier: MIT */
#include "sql/reference_table.h"

#include "graph/graph.h"
#include "runtime/runtime.h"
#include "sql/cell.h"
#include "sql/child_walk.h"
#include "sql/reference_columns.h"
#include "sql/reference_edit.h"
#include "sql/reference_plan.h"

typedef struct cursor {
  dryad_heap_cursor heap;
  dryad_ref_positions *ref_positions;
  const dryad_bits *repeated; /* children that one parent may refer to more than once; NULL: any child */
  dryad_child_walk children;
  dryad_id child; /* DRYAD_NONE: walks parents and all of their references */
  dryad_bounds parent_bounds, positions;
  dryad_id_walk parents;
  dryad_id parent;                     /* DRYAD_NONE: at the end */
  dryad_ids refs;                      /* of the parent */
  dryad_position_walk child_positions; /* among them */
  bool by_child, parents_descending;
  bool is_only;      /* the parent refers to the child once, at a position not looked up yet... */
  bool has_position; /* ...or looked up */
  bool is_given;     /* ...and that row was returned */
  uint64_t position, next_position;
} cursor;

/* ---- walking ------------------------------------------------------------------------------------ */

static int failed(const cursor *c, dryad_status status)
{
  return status ? dryad_sql_failed(c->heap.source->work, status) : SQLITE_OK;
}

static int begin_positions(cursor *c)
{
  return failed(c, dryad_position_walk_begin(&c->child_positions, c->ref_positions, c->parent, c->child,
                                             &c->heap.source->work->error));
}

/* Goes to the next child, and to the start of its parents. */
static int next_child(cursor *c)
{
  dryad_sql_work *work = c->heap.source->work;
  dryad_ids referrers;
  c->child = dryad_child_walk_next(&c->children);
  c->parents = dryad_id_walk_none();
  if (c->child == DRYAD_NONE) return SQLITE_OK;
  dryad_status status =
      dryad_ref_positions_parents(&referrers, c->ref_positions, c->child, work->progress, &work->error);
  if (status) return failed(c, status);
  bool is_one = c->parent_bounds.low == c->parent_bounds.high;
  if (is_one)
    c->parents = dryad_id_walk_one(c->heap.graph, c->parent_bounds.low);
  else if (referrers.count > 0)
    c->parents = dryad_id_walk_over(c->heap.graph, referrers, c->parent_bounds, c->parents_descending);
  c->is_only = c->repeated && !is_one && !dryad_bits_get(c->repeated, c->child);
  return SQLITE_OK;
}

static int next_parent(cursor *c)
{
  int code = SQLITE_OK;
  while ((c->parent = dryad_id_walk_next(&c->parents)) == DRYAD_NONE && c->child != DRYAD_NONE && !code) {
    code = next_child(c);
    if (!code) code = dryad_heap_cursor_pass(&c->heap);
  }
  if (code || c->parent == DRYAD_NONE) return code;
  c->has_position = c->is_given = false;
  if (c->is_only) return SQLITE_OK;
  c->refs = dryad_children(c->heap.graph, c->parent);
  c->next_position = c->positions.low > 0 ? (uint64_t)c->positions.low : 0;
  return c->by_child ? begin_positions(c) : SQLITE_OK;
}

/* The next matching position among the references of the parent; false: none. */
static bool next_position(cursor *c)
{
  if (c->is_only) {
    if (c->is_given) return false;
    return c->is_given = true;
  }
  c->has_position = true;
  if (!c->by_child) {
    c->position = c->next_position++;
    return c->position < c->refs.count && (int64_t)c->position <= c->positions.high;
  }
  while (dryad_position_walk_next(&c->child_positions, &c->position))
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
  return code ? code : dryad_heap_cursor_check(&c->heap);
}

/* The position of the only reference to the child. */
static int find_position(cursor *c)
{
  if (c->has_position) return SQLITE_OK;
  int code = begin_positions(c);
  if (!code) c->has_position = dryad_position_walk_next(&c->child_positions, &c->position);
  return code;
}

/* ---- starting ----------------------------------------------------------------------------------- */

/* For many children it pays to know which ones each parent refers to only once: their positions are looked up only if
   the query asks for them. */
static int start_children(cursor *c, dryad_bounds children, bool is_descending)
{
  dryad_sql_work *work = c->heap.source->work;
  dryad_status status = DRYAD_OK;
  c->ref_positions = dryad_heap_source_ref_positions(c->heap.source);
  c->children = dryad_child_walk_over(c->heap.graph, children, is_descending);
  bool is_any = c->positions.low == INT64_MIN && c->positions.high == INT64_MAX;
  if (is_any && children.low != children.high)
    status = dryad_ref_positions_repeated(&c->repeated, c->ref_positions, work->progress, &work->error);
  return status ? failed(c, status) : next_child(c);
}

static void start_parents(cursor *c)
{
  if (c->parent_bounds.low == c->parent_bounds.high)
    c->parents = dryad_id_walk_one(c->heap.graph, c->parent_bounds.low);
  else
    c->parents = dryad_id_walk_over(c->heap.graph, (dryad_ids){NULL, c->heap.graph->count}, c->parent_bounds,
                                    c->parents_descending);
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv)
{
  cursor *c = (cursor *)base;
  dryad_bounds children = DRYAD_ALL_INTEGERS;
  int code = dryad_heap_cursor_begin(&c->heap);
  if (code) return code;
  c->parents = dryad_id_walk_none();
  c->child = c->parent = DRYAD_NONE;
  c->repeated = NULL;
  c->is_only = false;
  c->by_child = plan & DRYAD_BY_CHILD;
  c->parents_descending = plan & DRYAD_PARENTS_DESCENDING;
  c->parent_bounds = c->positions = DRYAD_ALL_INTEGERS;
  for (int i = 0; i < argc; i++) {
    char column_name = text[2 * i];
    dryad_bounds *bounds = column_name == 'p' ? &c->parent_bounds : column_name == 'c' ? &children : &c->positions;
    dryad_bounds_narrow(bounds, text[2 * i + 1], argv[i]);
  }
  if (c->parent_bounds.low > c->parent_bounds.high || children.low > children.high ||
      c->positions.low > c->positions.high)
    return SQLITE_OK;
  if (c->by_child)
    code = start_children(c, children, plan & DRYAD_CHILDREN_DESCENDING);
  else
    start_parents(c);
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

static int show(sqlite3_vtab_cursor *base, sqlite3_context *context, int which)
{
  cursor *c = (cursor *)base;
  const uint64_t *addresses = dryad_addresses(c->heap.graph);
  if (sqlite3_vtab_nochange(context)) return SQLITE_OK;
  int code = which >= DRYAD_REFERENCE_POSITION ? find_position(c) : SQLITE_OK;
  if (code) return code;
  switch (which) {
  case DRYAD_REFERENCE_PARENT: sqlite3_result_int64(context, (sqlite3_int64)addresses[c->parent]); break;
  case DRYAD_REFERENCE_CHILD:
    sqlite3_result_int64(context, (sqlite3_int64)addresses[c->by_child ? c->child : c->refs.ids[c->position]]);
    break;
  case DRYAD_REFERENCE_POSITION: sqlite3_result_int64(context, (sqlite3_int64)c->position); break;
  default: dryad_cell_written(context, write_label, c);
  }
  return SQLITE_OK;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int which)
{
  int code = show(base, context, which);
  return code ? code : dryad_heap_cursor_check(&((cursor *)base)->heap);
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
  cursor *c = (cursor *)base;
  int code = find_position(c);
  *out = (sqlite3_int64)(dryad_offset(&c->heap.graph->child_offsets, c->parent) + c->position);
  return code;
}

const dryad_heap_module dryad_reference_module = {
    .base_name = "ref",
    .columns = "create table x(parent int, child int, position int hidden, label text hidden)",
    .cursor_size = sizeof(cursor),
    .plan = dryad_reference_plan,
    .filter = filter,
    .next = next,
    .at_end = at_end,
    .column = column,
    .rowid = rowid,
    .update = dryad_reference_update};
