/* SPDX-License-Identifier: MIT */
/*
 * A SQLite connection on which heaps are tables.
 *
 * A heap put under the suffix "2" is the temporary virtual tables obj2, ref2 and unreferenced2, served from the heap's
 * current graph without copying (sql/object_table.h, sql/reference_table.h). Statements of users are guarded: whatever
 * reaches outside the database file (attach, load_extension, vacuum into, pragmas that change anything) is refused
 * unless allowed. Statements that change obj or ref tables change nothing at once: what they do is collected, one
 * DRYAD_CHANGE_EDIT or _MARK a heap, and taken by the caller when the statement is done (dryad_database_take_change).
 *
 * A database is used by one thread. It knows heaps by pointer: drop a heap before it is freed.
 */
#ifndef DRYAD_SQL_DATABASE_H
#define DRYAD_SQL_DATABASE_H

#include "dryad.h"
#include "heap/change.h"
#include "sql/result.h"

typedef struct dryad_database dryad_database;

typedef struct dryad_database_options {
  bool create;    /* make the file, of mode 0600; it must not be there already */
  bool unguarded; /* users' statements may do all that SQLite can */
} dryad_database_options;

/* `path` NULL: in memory; one of sql/file_vfs.h is an open file. DRYAD_FORMAT for a file that is no SQLite database,
 * DRYAD_IO for one that cannot be opened.
 */
dryad_status dryad_database_open(dryad_database **out, const char *path, dryad_database_options options,
                                 const dryad_allocator *allocator, dryad_error *error);
void dryad_database_close(dryad_database *database); /* NULL is allowed */

/* Makes the heap the tables of a suffix ("" or digits), in place of another one; NULL takes the tables away. */
dryad_status dryad_database_put_heap(dryad_database *database, const char *suffix, dryad_heap *heap,
                                     dryad_error *error);
/* Takes away all tables of a heap that is about to be freed. No statement on them may be running. */
void dryad_database_drop_heap(dryad_database *database, const dryad_heap *heap);

/* ---- statements ---- */

typedef struct dryad_statement dryad_statement;

/* One statement; anything but blanks and comments after it is an error. `trusted`: one of Dryad's own, without guards.
   DRYAD_ARGUMENT for what SQLite does not understand or the guard refuses, with SQLite's or the guard's message. */
dryad_status dryad_statement_new(dryad_statement **out, dryad_database *database, const char *sql, size_t length,
                                 bool trusted, dryad_error *error);
void dryad_statement_free(dryad_statement *statement); /* NULL is allowed */
int dryad_statement_parameter_count(const dryad_statement *statement);
/* Of parameter i (from 1): with its ":", NULL for a "?". */
const char *dryad_statement_parameter_name(const dryad_statement *statement, int i);

/* Binds copies. Texts that are no UTF-8 are taken as Latin-1, as bytes of the heap are in SQL. */
dryad_status dryad_statement_bind(dryad_statement *statement, int i, const dryad_sql_value *value, dryad_error *error);
/* For `list(?)`: the addresses are copied. */
dryad_status dryad_statement_bind_list(dryad_statement *statement, int i, const uint64_t *addresses, uint64_t count,
                                       dryad_error *error);

int dryad_statement_column_count(const dryad_statement *statement);
const char *dryad_statement_column_name(const dryad_statement *statement, int column);
bool dryad_statement_is_read_only(const dryad_statement *statement);

/* The next row, *more false at the end; the first call after the end starts anew. The progress callback is asked every
   some thousand steps of SQLite's, and by what the tables compute (dominators); false stops: DRYAD_CANCELLED. */
dryad_status dryad_statement_step(dryad_statement *statement, bool *more, dryad_progress progress, dryad_error *error);
/* Of the current row; valid until the next step. */
dryad_sql_value dryad_statement_column(const dryad_statement *statement, int column);
/* All rows that are left. */
dryad_status dryad_statement_run(dryad_statement *statement, dryad_result **out, dryad_progress progress,
                                 dryad_error *error);
/* Rows that the last statement inserted, updated or deleted. */
uint64_t dryad_database_changes(const dryad_database *database);

/* After a statement that ended well: gives up what it collected for the next heap; NULL: nothing is left. What a failed
   statement collected is gone. */
dryad_change *dryad_database_take_change(dryad_database *database, dryad_heap **heap);

/* ---- the file ---- */

/* Copies the whole database, without the heaps' tables, over that of `to`. One whose texts are in another encoding is
   not copied over one that has heaps (DRYAD_ARGUMENT). */
dryad_status dryad_database_copy(dryad_database *to, dryad_database *from, dryad_error *error);

#endif
