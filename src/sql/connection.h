/* SPDX-License-Identifier: MIT */
/* The internals of a database, for the files that implement it. */
#ifndef DRYAD_SQL_CONNECTION_H
#define DRYAD_SQL_CONNECTION_H

#include <sqlite3.h>

#include "sql/heap_source.h"

typedef struct dryad_database dryad_database;
typedef struct dryad_statement dryad_statement;

/* A heap and the suffix of its tables. */
typedef struct dryad_slot {
  char suffix[24];
  dryad_heap_source *source; /* retained */
} dryad_slot;

struct dryad_database {
  const dryad_allocator *allocator;
  sqlite3 *handle;
  char *path; /* NULL: in memory */
  char encoding[12];
  bool is_utf8, is_unguarded;
  dryad_column slots; /* dryad_slot[slot_count] */
  uint32_t slot_count;
  const char *memory_root; /* for dryad_free_memory_ask */
  uint64_t tables_version; /* incremented by put and drop */
  dryad_statement *statements;
  /* State while a statement is prepared or runs. */
  bool is_guarded, is_running, is_own;
  char refusal[200]; /* why the guard refused; "": it did not */
  uint64_t changes;
  dryad_sql_work work;
};

struct dryad_statement {
  const dryad_allocator *allocator;
  dryad_database *database; /* NULL once it is closed */
  sqlite3_stmt *handle;     /* NULL once the database is closed */
  bool is_trusted, is_started;
  uint64_t tables_version, heaps_version, changes_before; /* when it started */
  dryad_statement *next, **link;
};

dryad_slot *dryad_database_slots(const dryad_database *database);
/* NULL if no heap has tables of this suffix. */
dryad_slot *dryad_database_slot(const dryad_database *database, const char *suffix);
/* The source of the heap whose table is called base_name + suffix; NULL: none. */
dryad_heap_source *dryad_database_source(const dryad_database *database, const char *base_name, const char *table);
/* Whether a heap's table has this name. */
bool dryad_database_has_table(const dryad_database *database, const char *table);

/* The status for an SQLite code, with SQLite's message, or the guard's or a table's. */
dryad_status dryad_database_failed(dryad_database *database, int code, dryad_error *error);

/* The authorizer: guard.c. `auxiliary` is the database. */
int dryad_guard(void *auxiliary, int action, const char *first, const char *second, const char *schema,
                const char *trigger);

#endif
