/* SPDX-License-Identifier: MIT */
#include "sql/unreferenced_table.h"

#include "graph/graph.h"

typedef struct cursor {
  dryad_heap_cursor heap;
  dryad_ids ids;
  uint64_t at;
} cursor;

static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
  const dryad_heap_source *source = ((const dryad_heap_table *)table)->source;
  if (!source->heap) return dryad_heap_table_refuse(table, "the heap of this table is closed");
  /* Few objects are so. */
  info->estimatedRows = dryad_graph_count(dryad_heap_graph(source->heap)) / 100 + 1;
  info->estimatedCost = (double)info->estimatedRows;
  return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
  (void)number, (void)text, (void)argc, (void)argv;
  cursor *c = (cursor *)base;
  int code = dryad_heap_cursor_begin(&c->heap);
  if (code) return code;
  dryad_sql_work *work = c->heap.source->work;
  dryad_status status = dryad_heap_source_unreferenced(c->heap.source, &c->ids, &work->error);
  c->at = 0;
  return status ? dryad_sql_failed(work, status) : dryad_heap_cursor_check(&c->heap);
}

static int next(sqlite3_vtab_cursor *base)
{
  ((cursor *)base)->at++;
  return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
  const cursor *c = (const cursor *)base;
  return c->at >= c->ids.count;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int which)
{
  const cursor *c = (const cursor *)base;
  (void)which;
  sqlite3_result_int64(context, (sqlite3_int64)dryad_addresses(c->heap.graph)[c->ids.ids[c->at]]);
  return dryad_heap_cursor_check(&c->heap);
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
  const cursor *c = (const cursor *)base;
  *out = c->ids.ids[c->at];
  return SQLITE_OK;
}

const dryad_heap_module dryad_unreferenced_module = {.base_name = "unreferenced",
                                                     .columns = "create table x(address int)",
                                                     .cursor_size = sizeof(cursor),
                                                     .plan = plan,
                                                     .filter = filter,
                                                     .next = next,
                                                     .at_end = at_end,
                                                     .column = column,
                                                     .rowid = rowid};
