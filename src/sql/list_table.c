/* SPDX-License-Identifier: MIT */
#include "sql/list_table.h"

#include <string.h>

#include "base/memory.h"

/* The pointer type by which SQLite tells our pointers from others. */
#define POINTER "dryad-list"

typedef struct bound_list {
  const dryad_allocator *allocator;
  uint64_t count;
  uint64_t addresses[];
} bound_list;

typedef struct table {
  sqlite3_vtab base;
  const dryad_allocator *allocator;
} table;

typedef struct cursor {
  sqlite3_vtab_cursor base;
  const bound_list *list; /* of the statement; NULL: none */
  uint64_t at;
} cursor;

enum { ADDRESS, LIST };

/* ---- binding ---- */

static void free_list(void *pointer)
{
  bound_list *list = pointer;
  dryad_free(list->allocator, list, sizeof *list + list->count * sizeof *list->addresses, 1);
}

int dryad_list_table_bind(sqlite3_stmt *statement, int i, const uint64_t *addresses, uint64_t count,
                          const dryad_allocator *allocator)
{
  bound_list *list = dryad_alloc(allocator, sizeof *list + count * sizeof *addresses, 1);
  if (!list) return SQLITE_NOMEM;
  list->allocator = allocator;
  list->count = count;
  if (count) memcpy(list->addresses, addresses, count * sizeof *addresses);
  return sqlite3_bind_pointer(statement, i, list, POINTER, free_list);
}

/* ---- the table ---- */

static int connect(sqlite3 *handle, void *auxiliary, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message)
{
  (void)argc, (void)argv, (void)message;
  const dryad_allocator *allocator = auxiliary;
  int code = sqlite3_declare_vtab(handle, "create table x(address int, list hidden)");
  if (!code) code = sqlite3_vtab_config(handle, SQLITE_VTAB_INNOCUOUS);
  if (code) return code;
  table *new = dryad_calloc(allocator, 1, sizeof *new);
  if (!new) return SQLITE_NOMEM;
  new->allocator = allocator;
  *out = &new->base;
  return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *base)
{
  dryad_free(((table *)base)->allocator, base, 1, sizeof(table));
  return SQLITE_OK;
}

static int plan(sqlite3_vtab *base, sqlite3_index_info *info)
{
  (void)base;
  bool is_given = false;
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].iColumn != LIST || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!info->aConstraint[i].usable) return SQLITE_CONSTRAINT;
    if (is_given) continue; /* SQLite compares, and finds that it is NULL */
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    is_given = true;
  }
  info->idxNum = is_given;
  info->estimatedRows = 100;
  info->estimatedCost = 100;
  return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
  cursor *new = dryad_calloc(((table *)base)->allocator, 1, sizeof *new);
  if (!new) return SQLITE_NOMEM;
  *out = &new->base;
  return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
  dryad_free(((table *)base->pVtab)->allocator, base, 1, sizeof(cursor));
  return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int is_given, const char *text, int argc, sqlite3_value **argv)
{
  (void)text, (void)argc;
  cursor *c = (cursor *)base;
  c->at = 0;
  c->list = is_given ? sqlite3_value_pointer(argv[0], POINTER) : NULL;
  if (c->list) return SQLITE_OK;
  sqlite3_free(base->pVtab->zErrMsg);
  base->pVtab->zErrMsg = sqlite3_mprintf("list() needs a parameter with a list bound to it: address in list(?)");
  return SQLITE_ERROR;
}

static int next(sqlite3_vtab_cursor *base)
{
  ((cursor *)base)->at++;
  return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
  const cursor *c = (const cursor *)base;
  return !c->list || c->at >= c->list->count;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int which)
{
  const cursor *c = (const cursor *)base;
  if (which == ADDRESS) sqlite3_result_int64(context, (sqlite3_int64)c->list->addresses[c->at]);
  return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
  *out = (sqlite3_int64)((const cursor *)base)->at;
  return SQLITE_OK;
}

int dryad_list_table_register(sqlite3 *handle, const dryad_allocator *allocator)
{
  static const sqlite3_module module = {.xConnect = connect,
                                        .xBestIndex = plan,
                                        .xDisconnect = disconnect,
                                        .xOpen = open_cursor,
                                        .xClose = close_cursor,
                                        .xFilter = filter,
                                        .xNext = next,
                                        .xEof = at_end,
                                        .xColumn = column,
                                        .xRowid = rowid};
  return sqlite3_create_module_v2(handle, "list", &module, (void *)(uintptr_t)allocator, NULL);
}
