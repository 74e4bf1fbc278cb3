/* SPDX-License-Identifier: MIT */
#include "sql/unreferenced_table.h"

#include "graph/graph.h"
#include "sql/heap_table.h"

typedef struct cursor {
  dryad_heap_cursor heap;
  dryad_ids ids;
  uint64_t at;
} cursor;

static int connect(sqlite3 *handle, void *auxiliary, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message)
{
  return dryad_heap_table_connect(handle, auxiliary, argc, argv, out, message, "unreferenced",
                                  "create table x(address int)");
}

static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
  const dryad_heap_source *source = ((const dryad_heap_table *)table)->source;
  if (!source->heap) return dryad_heap_table_refuse(table, "the heap of this table is closed");
  /* Few objects are so. */
  info->estimatedRows = dryad_graph_count(dryad_heap_graph(source->heap)) / 100 + 1;
  info->estimatedCost = (double)info->estimatedRows;
  return SQLITE_OK;
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

const sqlite3_module dryad_unreferenced_module = {.xCreate = connect,
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
                                                  .xRowid = rowid};
