/* SPDX-License-Identifier: MIT */
/*
 * A SQLite connection on which heaps are tables.
 *
 * A heap put under the suffix "2" is the temporary virtual tables obj2, ref2 and unreferenced2, served from the heap's
 * current graph without copying (sql/object_table.h, sql/reference_table.h). Users' statements are guarded: whatever
 * reaches outside the database file (attach, load_extension, vacuum into, pragmas that change anything) is refused
 * unless allowed. Statements that write to obj or ref tables do not change the heap directly: their changes are
 * collected, one DRYAD_CHANGE_EDIT or _MARK for each heap, and the caller takes them when the statement is done
 * (dryad_database_take_change).
 *
 * Only one thread may use a database. It holds heaps by pointer: drop a heap before it is freed.
 */
#ifndef DRYAD_SQL_DATABASE_H
#define DRYAD_SQL_DATABASE_H

#include "dryad.h"
#include "heap/change.h"
#include "sql/result.h"

typedef struct dryad_database dryad_database;

typedef struct dryad_database_options {
  bool create;      /* create the file with mode 0600; it must not exist yet */
  bool unguarded;   /* users' statements may do everything SQLite can */
  bool memory_only; /* no temporary files: large sorts take memory */
} dryad_database_options;

/* `path` NULL: in memory; a path of sql/file_vfs.h is an open file. DRYAD_FORMAT for a file that is not an SQLite
   database, DRYAD_IO for one that cannot be opened or that others may have made (sql/file_owner.h). */
dryad_status dryad_database_open(dryad_database **out, const char *path, dryad_database_options options,
                                 const dryad_allocator *allocator, dryad_error *error);
void dryad_database_close(dryad_database *database); /* NULL is allowed */

/* Puts the heap under a suffix ("" or digits), replacing any other heap there; NULL drops the tables. */
dryad_status dryad_database_put_heap(dryad_database *database, const char *suffix, dryad_heap *heap,
                                     dryad_error *error);
/* Drops all tables of a heap that is about to be freed. No statement on them may be running. */
void dryad_database_drop_heap(dryad_database *database, const dryad_heap *heap);

/* ---- statements ---- */

typedef struct dryad_statement dryad_statement;

/* Prepares one statement; anything but blanks and comments after it is an error. `trusted`: one of Dryad's own, not
   guarded. DRYAD_ARGUMENT if SQLite or the guard rejects it, with the message of either and, on two
   more lines, where the error is. */
dryad_status dryad_statement_new(dryad_statement **out, dryad_database *database, const char *sql, size_t length,
                                 bool trusted, dryad_error *error);
void dryad_statement_free(dryad_statement *statement); /* NULL is allowed */
int dryad_statement_parameter_count(const dryad_statement *statement);
/* The name of parameter i (from 1), with its ":"; NULL for a "?". */
const char *dryad_statement_parameter_name(const dryad_statement *statement, int i);

/* Binds copies. Text that is not UTF-8 is read as Latin-1, as are bytes of the heap in SQL. */
dryad_status dryad_statement_bind(dryad_statement *statement, int i, const dryad_sql_value *value, dryad_error *error);
/* For `list(?)`: the addresses are copied. */
dryad_status dryad_statement_bind_list(dryad_statement *statement, int i, const uint64_t *addresses, uint64_t count,
                                       dryad_error *error);

int dryad_statement_column_count(const dryad_statement *statement);
const char *dryad_statement_column_name(const dryad_statement *statement, int column);
bool dryad_statement_is_read_only(const dryad_statement *statement);

/* Steps to the next row; *more is false at the end, and the next call then starts anew. The progress callback is called
   every few thousand steps of SQLite's machine, and by computations of the tables (dominators); if it returns false:
   DRYAD_CANCELLED. */
dryad_status dryad_statement_step(dryad_statement *statement, bool *more, dryad_progress progress, dryad_error *error);
/* A cell of the current row; valid until the next step. */
dryad_sql_value dryad_statement_column(const dryad_statement *statement, int column);
/* Collects all remaining rows. */
dryad_status dryad_statement_run(dryad_statement *statement, dryad_result **out, dryad_progress progress,
                                 dryad_error *error);
/* Rows that the last statement inserted, updated or deleted. */
uint64_t dryad_database_changes(const dryad_database *database);

/* After a successful statement: hands over the change that it collected for the next heap; NULL: none left. The changes
   of a failed statement are discarded. */
dryad_change *dryad_database_take_change(dryad_database *database, dryad_heap **heap);

/* ---- the file ---- */

/* Copies the whole database, without the heaps' tables, over that of `to`. If `to` has heaps, both must have the same
   text encoding (else DRYAD_ARGUMENT). */
dryad_status dryad_database_copy(dryad_database *to, dryad_database *from, dryad_error *error);

#endif
