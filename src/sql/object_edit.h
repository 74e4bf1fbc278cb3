/* SPDX-License-Identifier: MIT */
/* Changes to obj: inserted and deleted rows, and marks. They are collected, not applied. */
#ifndef DRYAD_SQL_OBJECT_EDIT_H
#define DRYAD_SQL_OBJECT_EDIT_H

#include "sql/heap_table.h"

/* The xUpdate of the table. */
int dryad_object_update(sqlite3_vtab *table, int argc, sqlite3_value **argv, sqlite3_int64 *rowid);
/* Converts `value` to a whole number, however SQL writes it; false: it is not one. */
bool dryad_sql_to_integer(sqlite3_value *value, int64_t *integer);

#endif
