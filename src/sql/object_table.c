/* SPDX-License-Identifier: MIT */
#include "sql/object_table.h"

#include <string.h>

#include "analysis/dominators.h"
#include "base/progress.h"
#include "graph/graph.h"
#include "sql/cell.h"
#include "sql/id_walk.h"
#include "sql/object_columns.h"
#include "sql/object_details.h"
#include "sql/object_edit.h"
#include "sql/object_plan.h"

typedef struct cursor {
  dryad_heap_cursor heap;
  const dryad_type_index *index;
  const dryad_dominators *dominators; /* NULL: not needed yet */
  const dryad_roots *roots;           /* likewise */
  const dryad_classes *classes;       /* likewise */
  const int64_t *marks;
  dryad_id_walk walk; /* of all objects, or of one type if types are walked */
  uint32_t next_type; /* the number of types walked so far, with the current one */
  dryad_bounds addresses, sizes;
  uint32_t type; /* DRYAD_NONE: any */
  bool tests_size, by_type, types_descending, is_descending;
  dryad_id id; /* DRYAD_NONE: at the end */
  uint32_t shown_type;
  dryad_text shown_type_name; /* of shown_type */
} cursor;

/* ---- walking ------------------------------------------------------------------------------------ */

/* The dominators of the heap, computed at the first call. */
static int get_dominators(cursor *c)
{
  dryad_sql_work *work = c->heap.source->work;
  if (c->dominators) return SQLITE_OK;
  dryad_status status = dryad_heap_dominators(c->heap.source->heap, &c->dominators, work->progress, &work->error);
  return status ? dryad_sql_failed(work, status) : SQLITE_OK;
}

static int get_type_index(cursor *c)
{
  dryad_sql_work *work = c->heap.source->work;
  if (c->index) return SQLITE_OK;
  dryad_status status = dryad_heap_type_index(c->heap.source->heap, &c->index, &work->error);
  return status ? dryad_sql_failed(work, status) : SQLITE_OK;
}

static void walk(cursor *c, dryad_ids ids)
{
  if (ids.count == 0)
    c->walk = dryad_id_walk_none();
  else
    c->walk = dryad_id_walk_over(c->heap.graph, ids, c->addresses, c->is_descending);
}

/* The next object of the walk; if types are walked, also of the next types. */
static dryad_id walk_next(cursor *c)
{
  dryad_id id = dryad_id_walk_next(&c->walk);
  while (id == DRYAD_NONE && c->by_type && c->next_type < c->index->type_count) {
    uint32_t place = c->types_descending ? c->index->type_count - 1 - c->next_type : c->next_type;
    c->next_type++;
    walk(c, dryad_type_index_ids(c->index, c->index->by_name[place]));
    id = dryad_id_walk_next(&c->walk);
  }
  return id;
}

static bool is_wanted(const cursor *c)
{
  return (!c->tests_size || dryad_bounds_has(&c->sizes, (int64_t)dryad_size(c->heap.graph, c->id))) &&
         (c->type == DRYAD_NONE || dryad_types(c->heap.graph)[c->id] == c->type);
}

static int next(sqlite3_vtab_cursor *base)
{
  cursor *c = (cursor *)base;
  int code = SQLITE_OK;
  for (c->id = walk_next(c); !code && c->id != DRYAD_NONE && !is_wanted(c); c->id = walk_next(c))
    code = dryad_heap_cursor_pass(&c->heap);
  return code ? code : dryad_heap_cursor_check(&c->heap);
}

/* ---- starting ----------------------------------------------------------------------------------- */

/* Applies the arguments of the plan. */
typedef struct wanted {
  bool has_type, has_idom, is_nothing;
  uint32_t type;
  dryad_bounds idom;
} wanted;

static void want_type(wanted *w, const dryad_graph *graph, sqlite3_value *value)
{
  int kind = sqlite3_value_type(value);
  if (kind == SQLITE_NULL || kind == SQLITE_BLOB) w->is_nothing = true;
  if (kind != SQLITE_TEXT) return; /* a number: left to SQLite's own rules of comparison */
  w->has_type = true;
  const char *name = (const char *)sqlite3_value_text(value);
  if (name) w->type = dryad_graph_find_type(graph, name, (size_t)sqlite3_value_bytes(value));
  if (!name || w->type == DRYAD_NONE) w->is_nothing = true;
}

static wanted read_arguments(cursor *c, const char *text, sqlite3_value **values)
{
  wanted w = {.idom = DRYAD_ALL_INTEGERS};
  for (; *text; text += 2, values++) {
    switch (*text) {
    case 'a': dryad_bounds_narrow(&c->addresses, text[1], *values); break;
    case 's':
      dryad_bounds_narrow(&c->sizes, text[1], *values);
      c->tests_size = true;
      break;
    case 'd':
      dryad_bounds_narrow(&w.idom, text[1], *values);
      w.has_idom = true;
      break;
    default: want_type(&w, c->heap.graph, *values);
    }
  }
  if (c->addresses.low > c->addresses.high || c->sizes.low > c->sizes.high || w.idom.low > w.idom.high)
    w.is_nothing = true;
  return w;
}

static int walk_dominated(cursor *c, const wanted *w)
{
  int code = get_dominators(c);
  if (code) return code;
  dryad_id id = dryad_graph_find(c->heap.graph, (uint64_t)w->idom.low);
  if (id != DRYAD_NONE) walk(c, dryad_dominators_children(c->dominators, id));
  if (w->has_type) c->type = w->type;
  return SQLITE_OK;
}

static int start_walk(cursor *c, const wanted *w)
{
  if (w->is_nothing) return SQLITE_OK;
  if (w->has_idom) return walk_dominated(c, w);
  if (w->has_type || c->by_type) {
    int code = get_type_index(c);
    if (!code && w->has_type) walk(c, dryad_type_index_ids(c->index, w->type));
    return code;
  }
  if (c->addresses.low == c->addresses.high)
    c->walk = dryad_id_walk_one(c->heap.graph, c->addresses.low);
  else
    walk(c, (dryad_ids){NULL, c->heap.graph->count});
  return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv)
{
  cursor *c = (cursor *)base;
  (void)argc;
  int code = dryad_heap_cursor_begin(&c->heap);
  if (code) return code;
  c->marks = dryad_heap_marks(c->heap.source->heap);
  c->walk = dryad_id_walk_none();
  c->next_type = 0;
  c->addresses = c->sizes = DRYAD_ALL_INTEGERS;
  c->type = c->shown_type = DRYAD_NONE;
  c->tests_size = false;
  c->by_type = plan & DRYAD_BY_TYPE;
  c->types_descending = plan & DRYAD_TYPES_DESCENDING;
  c->is_descending = plan & DRYAD_DESCENDING;
  wanted w = read_arguments(c, text, argv);
  if (w.is_nothing || w.has_type) c->by_type = false;
  code = start_walk(c, &w);
  return code ? code : next(base);
}

static int at_end(sqlite3_vtab_cursor *base) { return ((cursor *)base)->id == DRYAD_NONE; }

/* ---- cells -------------------------------------------------------------------------------------- */

static void show_type(cursor *c, sqlite3_context *context)
{
  uint32_t type = dryad_types(c->heap.graph)[c->id];
  if (type != c->shown_type) {
    c->shown_type = type;
    c->shown_type_name = dryad_graph_type_name(c->heap.graph, type);
  }
  dryad_cell_text(context, c->shown_type_name);
}

static void show_len(const cursor *c, sqlite3_context *context)
{
  int64_t len;
  if (dryad_graph_len(c->heap.graph, c->id, &len)) sqlite3_result_int64(context, len);
}

static void show_mark(const cursor *c, sqlite3_context *context)
{
  if (c->marks && c->marks[c->id] != DRYAD_NO_MARK) sqlite3_result_int64(context, c->marks[c->id]);
}

static void show_repr(const cursor *c, sqlite3_context *context)
{
  dryad_repr repr = {c->heap.graph, c->heap.known, c->heap.python, c->id};
  dryad_text text = dryad_repr_text(&repr);
  if (text.data)
    dryad_cell_text(context, text);
  else
    dryad_cell_written(context, dryad_repr_write, &repr);
}

static int show_dominator(cursor *c, sqlite3_context *context)
{
  int code = get_dominators(c);
  if (code) return code;
  dryad_id parent = dryad_dominators_parent(c->dominators, c->id);
  if (parent != DRYAD_NONE) sqlite3_result_int64(context, (sqlite3_int64)dryad_addresses(c->heap.graph)[parent]);
  return SQLITE_OK;
}

static int show_retained(cursor *c, sqlite3_context *context)
{
  int code = get_dominators(c);
  if (!code) sqlite3_result_int64(context, (sqlite3_int64)dryad_dominators_retained(c->dominators, c->id));
  return code;
}

static int show_root(cursor *c, sqlite3_context *context)
{
  dryad_sql_work *work = c->heap.source->work;
  if (!c->roots) {
    dryad_status status = dryad_heap_roots(c->heap.source->heap, &c->roots, work->progress, &work->error);
    if (status) return dryad_sql_failed(work, status);
  }
  const char *reason = dryad_root_reason_name(dryad_roots_reason(c->roots, c->id));
  if (reason) sqlite3_result_text(context, reason, -1, SQLITE_STATIC);
  return SQLITE_OK;
}

static int show_class(cursor *c, sqlite3_context *context)
{
  dryad_sql_work *work = c->heap.source->work;
  if (!c->classes) {
    dryad_status status = dryad_heap_classes(c->heap.source->heap, &c->classes, &work->error);
    if (status) return dryad_sql_failed(work, status);
  }
  uint32_t number = dryad_class_number(c->classes, c->id);
  if (dryad_class_is_known(c->classes, number)) dryad_cell_text(context, dryad_class_name(c->classes, number));
  return SQLITE_OK;
}

static int show(sqlite3_vtab_cursor *base, sqlite3_context *context, int which)
{
  cursor *c = (cursor *)base;
  const dryad_graph *graph = c->heap.graph;
  if (sqlite3_vtab_nochange(context)) return SQLITE_OK;
  switch (which) {
  case DRYAD_OBJECT_ADDRESS: sqlite3_result_int64(context, (sqlite3_int64)dryad_addresses(graph)[c->id]); break;
  case DRYAD_OBJECT_TYPE: show_type(c, context); break;
  case DRYAD_ELF_OBJECT_NAME: dryad_cell_text(context, dryad_graph_name(graph, c->id)); break;
  case DRYAD_OBJECT_VALUE: dryad_cell_value(context, graph, c->heap.known, c->heap.python, c->id); break;
  case DRYAD_OBJECT_SIZE: sqlite3_result_int64(context, (sqlite3_int64)dryad_size(graph, c->id)); break;
  case DRYAD_OBJECT_LEN: show_len(c, context); break;
  case DRYAD_OBJECT_MARK: show_mark(c, context); break;
  case DRYAD_OBJECT_REPR: show_repr(c, context); break;
  case DRYAD_OBJECT_NUM_REFS: sqlite3_result_int64(context, (sqlite3_int64)dryad_children(graph, c->id).count); break;
  case DRYAD_OBJECT_NUM_PARENTS: sqlite3_result_int64(context, (sqlite3_int64)dryad_parents(graph, c->id).count); break;
  case DRYAD_OBJECT_RETAINED: return show_retained(c, context);
  case DRYAD_OBJECT_IDOM: return show_dominator(c, context);
  case DRYAD_OBJECT_ROOT: return show_root(c, context);
  case DRYAD_OBJECT_CLASS: return show_class(c, context);
  case DRYAD_OBJECT_WAY: return dryad_object_way_cell(context, c->heap.source, c->id);
  default: dryad_object_detail_cell(context, graph, c->id, which); break;
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
  *out = ((cursor *)base)->id;
  return SQLITE_OK;
}

const dryad_heap_module dryad_object_module = {
    .base_name = "obj",
    .columns =
        "create table x(address int, type text, name text, value, size int, len int, mark int, repr text, "
        "num_refs int hidden, num_parents int hidden, retained int hidden, idom int hidden, refcount int hidden, "
        "root text hidden, allocated text hidden, file text hidden, line int hidden, class text hidden, way text hidden)",
    .cursor_size = sizeof(cursor),
    .plan = dryad_object_plan,
    .filter = filter,
    .next = next,
    .at_end = at_end,
    .column = column,
    .rowid = rowid,
    .update = dryad_object_update};
