/* SPDX-License-Identifier: MIT */
/* What the virtual tables over a heap have in common. */
#ifndef DRYAD_SQL_HEAP_TABLE_H
#define DRYAD_SQL_HEAP_TABLE_H

#include "sql/connection.h"

/* What one of these tables does in its own way, in the words of sqlite3_module; the rest is the same for all. */
typedef struct dryad_heap_module {
  const char *base_name; /* what its tables are called before the suffix of the heap */
  const char *columns;   /* a `create table` that declares them */
  size_t cursor_size;    /* bytes of a cursor, which starts with a dryad_heap_cursor */
  int (*plan)(sqlite3_vtab *table, sqlite3_index_info *info);
  int (*filter)(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc, sqlite3_value **argv);
  int (*next)(sqlite3_vtab_cursor *cursor);
  int (*at_end)(sqlite3_vtab_cursor *cursor);
  int (*column)(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int which);
  int (*rowid)(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out);
  int (*update)(sqlite3_vtab *table, int argc, sqlite3_value **argv, sqlite3_int64 *rowid); /* NULL: read-only */
} dryad_heap_module;

/* Makes "dryad_" and the base name the name of a module of the database's connection. A code of SQLite's. */
int dryad_heap_module_register(dryad_database *database, const dryad_heap_module *module);

typedef struct dryad_heap_table {
  sqlite3_vtab base;
  dryad_heap_source *source; /* retained */
  sqlite3 *handle;
  size_t cursor_size;
  bool is_utf8; /* texts of this database compare as the graph's bytes do */
} dryad_heap_table;

/* What plans cost, in steps of a walk: to find where it starts, and what is added for one over all rows, so that SQLite
   chooses none where it can find rows, however few there are. */
#define DRYAD_FINDING_COST 4.0
#define DRYAD_SCANNING_COST 1e6

/* Traces a plan that SQLite is offered: which constraints rows of `table` are found by. */
void dryad_heap_table_trace_plan(const char *table, const sqlite3_index_info *info);

/* Makes the message of a table that failed. */
int dryad_heap_table_refuse(sqlite3_vtab *base, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Starts every cursor of such a table; all else of a new one is zero. */
typedef struct dryad_heap_cursor {
  sqlite3_vtab_cursor base;
  dryad_heap_source *source;
  const dryad_graph *graph;       /* retained, from the first filter on */
  const dryad_known_types *known; /* of the graph; the source's */
  int python;
  uint32_t passed; /* rows that were passed over */
} dryad_heap_cursor;

/* At the start of a filter: takes the graph of the heap, if it has none yet. */
int dryad_heap_cursor_begin(dryad_heap_cursor *cursor);
/* After reading rows or cells: SQLITE_ERROR, with the statement's error, where the index that the graph was opened from
   is damaged there. */
int dryad_heap_cursor_check(const dryad_heap_cursor *cursor);
/* For each row that is passed over: asks every some ten thousand of them whether to go on. A code of SQLite's. */
#define DRYAD_PASSED_BETWEEN_ASKING 0x10000u
int dryad_heap_cursor_ask(const dryad_heap_cursor *cursor);
static inline int dryad_heap_cursor_pass(dryad_heap_cursor *cursor)
{
  return ++cursor->passed % DRYAD_PASSED_BETWEEN_ASKING ? SQLITE_OK : dryad_heap_cursor_ask(cursor);
}

#endif
