/* SPDX-License-Identifier: MIT */
/* What the virtual tables over a heap have in common. */
#ifndef DRYAD_SQL_HEAP_TABLE_H
#define DRYAD_SQL_HEAP_TABLE_H

#include "sql/connection.h"

/* The part that differs between the tables, with the meanings of sqlite3_module; the rest is shared. */
typedef struct dryad_heap_module {
  const char *base_name; /* the name of its tables without the heap's suffix */
  const char *columns;   /* a `create table` statement that declares them */
  size_t cursor_size;    /* bytes of a cursor, which starts with a dryad_heap_cursor */
  int (*plan)(sqlite3_vtab *table, sqlite3_index_info *info);
  int (*filter)(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc, sqlite3_value **argv);
  int (*next)(sqlite3_vtab_cursor *cursor);
  int (*at_end)(sqlite3_vtab_cursor *cursor);
  int (*column)(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int which);
  int (*rowid)(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out);
  int (*update)(sqlite3_vtab *table, int argc, sqlite3_value **argv, sqlite3_int64 *rowid); /* NULL: read-only */
} dryad_heap_module;

/* Registers the module with the database's connection as "dryad_" + the base name. Returns an SQLite code. */
int dryad_heap_module_register(dryad_database *database, const dryad_heap_module *module);

typedef struct dryad_heap_table {
  sqlite3_vtab base;
  dryad_heap_source *source; /* retained */
  sqlite3 *handle;
  size_t cursor_size;
  bool is_utf8; /* this database compares text bytewise, as the graph does */
} dryad_heap_table;

/* Costs of plans, in steps of a walk: finding its start, and a surcharge for walking over all rows, so that SQLite
   never scans if it can look rows up, however few there are. */
#define DRYAD_FINDING_COST 4.0
#define DRYAD_SCANNING_COST 1e6

/* Traces a plan offered to SQLite: the constraints by which it finds rows of `table`. */
void dryad_heap_table_trace_plan(const char *table, const sqlite3_index_info *info);

/* Sets the message of a table that failed. */
int dryad_heap_table_refuse(sqlite3_vtab *base, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The start of every cursor of such a table; the rest of a new cursor is zero. */
typedef struct dryad_heap_cursor {
  sqlite3_vtab_cursor base;
  dryad_heap_source *source;
  const dryad_graph *graph;       /* retained, from the first filter on */
  const dryad_known_types *known; /* of the graph; owned by the source */
  int python;
  uint32_t passed; /* rows skipped so far */
} dryad_heap_cursor;

/* Called at the start of a filter: takes the heap's graph if the cursor has none yet. */
int dryad_heap_cursor_begin(dryad_heap_cursor *cursor);
/* Called after reading rows or cells: SQLITE_ERROR, with the statement's error, if that part of the graph's index is
   damaged. */
int dryad_heap_cursor_check(const dryad_heap_cursor *cursor);
/* Called for each skipped row: checks for cancellation once in many. Returns an SQLite code. */
#define DRYAD_PASSED_BETWEEN_ASKING 0x10000u
int dryad_heap_cursor_ask(const dryad_heap_cursor *cursor);
static inline int dryad_heap_cursor_pass(dryad_heap_cursor *cursor)
{
  return ++cursor->passed % DRYAD_PASSED_BETWEEN_ASKING ? SQLITE_OK : dryad_heap_cursor_ask(cursor);
}

#endif
