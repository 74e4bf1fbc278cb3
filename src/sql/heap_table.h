/* SPDX-License-Identifier: MIT */
/* What the virtual tables over a heap have in common. */
#ifndef DRYAD_SQL_HEAP_TABLE_H
#define DRYAD_SQL_HEAP_TABLE_H

#include "sql/heap_source.h"

typedef struct dryad_heap_table {
  sqlite3_vtab base;
  dryad_heap_source *source; /* retained */
  sqlite3 *handle;
  bool is_utf8; /* texts of this database compare as the graph's bytes do */
} dryad_heap_table;

/* For the xConnect of a module: a table of these columns of the heap that argv[2] names. `auxiliary` is the
   dryad_database. */
int dryad_heap_table_connect(sqlite3 *handle, void *auxiliary, int argc, const char *const *argv, sqlite3_vtab **out,
                             char **message, const char *base_name, const char *columns);
int dryad_heap_table_disconnect(sqlite3_vtab *base);

/* What plans cost, in steps of a walk: to find where it starts, and what is added for one over all rows, so that SQLite
   chooses none where it can find rows, however few there are. */
#define DRYAD_FINDING_COST 4.0
#define DRYAD_SCANNING_COST 1e6

/* Makes the message of a table that failed. */
int dryad_heap_table_refuse(sqlite3_vtab *base, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Starts every cursor of such a table. */
typedef struct dryad_heap_cursor {
  sqlite3_vtab_cursor base;
  dryad_heap_source *source;
  const dryad_graph *graph;       /* retained, from the first filter on */
  const dryad_known_types *known; /* of the graph; the source's */
  int python;
  uint32_t passed; /* rows that were passed over */
} dryad_heap_cursor;

/* A cursor of `size` bytes, all zero but for this. */
int dryad_heap_cursor_open(sqlite3_vtab *table, size_t size, sqlite3_vtab_cursor **out);
void dryad_heap_cursor_close(dryad_heap_cursor *cursor, size_t size);
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
