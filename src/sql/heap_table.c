/* SPDX-License-Identifier: MIT */
#include "sql/heap_table.h"

#include <stdarg.h>
#include <string.h>

#include "sql/connection.h"

int dryad_heap_table_connect(sqlite3 *handle, void *auxiliary, int argc, const char *const *argv, sqlite3_vtab **out,
                             char **message, const char *base_name, const char *columns)
{
  dryad_database *database = auxiliary;
  dryad_heap_source *source = NULL;
  if (argc > 2 && strcmp(argv[1], "temp") == 0) source = dryad_database_source(database, base_name, argv[2]);
  if (!source) {
    *message = sqlite3_mprintf("only a heap can be a table of this kind");
    return SQLITE_ERROR;
  }
  int code = sqlite3_declare_vtab(handle, columns);
  if (!code) code = sqlite3_vtab_config(handle, SQLITE_VTAB_INNOCUOUS);
  if (code) return code;
  dryad_heap_table *table = dryad_calloc(database->allocator, 1, sizeof *table);
  if (!table) return SQLITE_NOMEM;
  table->source = dryad_heap_source_retain(source);
  table->handle = handle;
  table->is_utf8 = database->is_utf8;
  *out = &table->base;
  return SQLITE_OK;
}

int dryad_heap_table_disconnect(sqlite3_vtab *base)
{
  dryad_heap_table *table = (dryad_heap_table *)base;
  const dryad_allocator *allocator = table->source->allocator;
  dryad_heap_source_release(table->source);
  dryad_free(allocator, table, 1, sizeof *table);
  return SQLITE_OK;
}

int dryad_heap_table_refuse(sqlite3_vtab *base, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  sqlite3_free(base->zErrMsg);
  base->zErrMsg = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return SQLITE_ERROR;
}

int dryad_heap_cursor_open(sqlite3_vtab *table, size_t size, sqlite3_vtab_cursor **out)
{
  dryad_heap_source *source = ((dryad_heap_table *)table)->source;
  dryad_heap_cursor *cursor = dryad_calloc(source->allocator, 1, size);
  if (!cursor) return SQLITE_NOMEM;
  cursor->source = source;
  *out = &cursor->base;
  return SQLITE_OK;
}

void dryad_heap_cursor_close(dryad_heap_cursor *cursor, size_t size)
{
  dryad_graph_release(cursor->graph);
  dryad_free(cursor->source->allocator, cursor, 1, size);
}

int dryad_heap_cursor_begin(dryad_heap_cursor *cursor)
{
  dryad_heap *heap = cursor->source->heap;
  if (!heap) return dryad_heap_table_refuse(cursor->base.pVtab, "the heap of this table is closed");
  if (cursor->graph) return SQLITE_OK;
  cursor->graph = dryad_graph_retain(dryad_heap_graph(heap));
  cursor->python = dryad_heap_report(heap)->python;
  cursor->known = dryad_heap_source_known(cursor->source);
  return SQLITE_OK;
}

int dryad_heap_cursor_check(const dryad_heap_cursor *cursor)
{
  dryad_sql_work *work = cursor->source->work;
  dryad_status status = dryad_graph_check(cursor->graph, &work->error);
  return status ? dryad_sql_failed(work, status) : SQLITE_OK;
}

int dryad_heap_cursor_ask(const dryad_heap_cursor *cursor)
{
  dryad_sql_work *work = cursor->source->work;
  dryad_status status = dryad_sql_ask(work);
  return status ? dryad_sql_failed(work, status) : SQLITE_OK;
}
