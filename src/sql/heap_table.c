/* SPDX-License-Identifier: MIT */
#include "sql/heap_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/trace.h"
#include "sql/attribute.h"

/* ---- modules ------------------------------------------------------------------------------------ */

/* The module's data, which SQLite keeps for each connection. */
typedef struct registration {
  sqlite3_module module;
  const dryad_heap_module *own;
  dryad_database *database;
  const dryad_allocator *allocator; /* the database's; the database may be freed first */
} registration;

static void unregister(void *auxiliary)
{
  registration *self = auxiliary;
  dryad_free(self->allocator, self, 1, sizeof *self);
}

static int connect(sqlite3 *handle, void *auxiliary, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message)
{
  const registration *self = auxiliary;
  const dryad_database *database = self->database;
  dryad_heap_source *source = NULL;
  if (argc > 2 && strcmp(argv[1], "temp") == 0) source = dryad_database_source(database, self->own->base_name, argv[2]);
  if (!source) {
    *message = sqlite3_mprintf("only a heap can be a table of this kind");
    return SQLITE_ERROR;
  }
  int code = sqlite3_declare_vtab(handle, self->own->columns);
  if (!code) code = sqlite3_vtab_config(handle, SQLITE_VTAB_INNOCUOUS);
  if (code) return code;
  dryad_heap_table *table = dryad_calloc(database->allocator, 1, sizeof *table);
  if (!table) return SQLITE_NOMEM;
  table->source = dryad_heap_source_retain(source);
  table->handle = handle;
  table->cursor_size = self->own->cursor_size;
  table->is_utf8 = database->is_utf8;
  *out = &table->base;
  return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *base)
{
  dryad_heap_table *table = (dryad_heap_table *)base;
  const dryad_allocator *allocator = table->source->allocator;
  dryad_heap_source_release(table->source);
  dryad_free(allocator, table, 1, sizeof *table);
  return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
  const dryad_heap_table *table = (const dryad_heap_table *)base;
  dryad_heap_cursor *cursor = dryad_calloc(table->source->allocator, 1, table->cursor_size);
  if (!cursor) return SQLITE_NOMEM;
  cursor->source = table->source;
  *out = &cursor->base;
  return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
  dryad_heap_cursor *cursor = (dryad_heap_cursor *)base;
  const dryad_heap_table *table = (const dryad_heap_table *)base->pVtab;
  dryad_graph_release(cursor->graph);
  dryad_free(cursor->source->allocator, cursor, 1, table->cursor_size);
  return SQLITE_OK;
}

static int find_function(sqlite3_vtab *base, int argc, const char *name,
                         void (**function)(sqlite3_context *, int, sqlite3_value **), void **argument)
{
  return dryad_attribute_overload(((dryad_heap_table *)base)->source, argc, name, function, argument);
}

int dryad_heap_module_register(dryad_database *database, const dryad_heap_module *module)
{
  char name[64];
  registration *self = dryad_calloc(database->allocator, 1, sizeof *self);
  if (!self) return SQLITE_NOMEM;
  self->module = (sqlite3_module){.iVersion = 2,
                                  .xCreate = connect,
                                  .xConnect = connect,
                                  .xBestIndex = module->plan,
                                  .xDisconnect = disconnect,
                                  .xDestroy = disconnect,
                                  .xOpen = open_cursor,
                                  .xClose = close_cursor,
                                  .xFilter = module->filter,
                                  .xNext = module->next,
                                  .xEof = module->at_end,
                                  .xColumn = module->column,
                                  .xRowid = module->rowid,
                                  .xUpdate = module->update,
                                  .xFindFunction = find_function};
  self->own = module;
  self->database = database;
  self->allocator = database->allocator;
  sqlite3_snprintf(sizeof name, name, "dryad_%s", module->base_name);
  return sqlite3_create_module_v2(database->handle, name, &self->module, self, unregister);
}

/* ---- tables and cursors ------------------------------------------------------------------------- */

int dryad_heap_table_refuse(sqlite3_vtab *base, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  sqlite3_free(base->zErrMsg);
  base->zErrMsg = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return SQLITE_ERROR;
}

static const char *column_of(char letter)
{
  switch (letter) {
  case 'a': return "address";
  case 't': return "type";
  case 'd': return "idom";
  case 's': return "size";
  case 'p': return "parent";
  case 'c': return "child";
  default: return "position";
  }
}

static const char *operator_of(char comparison)
{
  switch (comparison) {
  case '<': return "<";
  case '>': return ">";
  case '{': return "<=";
  case '}': return ">=";
  default: return "=";
  }
}

static void trace_plan(const char *table, const sqlite3_index_info *info)
{
  char found[512] = "nothing: all rows are read";
  size_t length = 0;
  for (const char *p = info->idxStr; p[0] && p[1] && length < sizeof found; p += 2)
    length += (size_t)snprintf(found + length, sizeof found - length, "%s%s %s", length ? ", " : "", column_of(p[0]),
                               operator_of(p[1]));
  DRYAD_TRACE_DECISION("sql plan", {"table", .text = table}, {"found by", .text = found},
                       {"rows expected", .number = (uint64_t)info->estimatedRows},
                       {"in the order wanted", .text = info->orderByConsumed ? "yes" : "no"});
}

void dryad_heap_table_trace_plan(const char *table, const sqlite3_index_info *info)
{
  if (dryad_trace_is_on() && info->idxStr) trace_plan(table, info);
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
