/* SPDX-License-Identifier: MIT */
/* Changes to ref: inserted and deleted rows. They are collected, not applied. */
#ifndef DRYAD_SQL_REFERENCE_EDIT_H
#define DRYAD_SQL_REFERENCE_EDIT_H

#include <sqlite3.h>

/* The xUpdate of the table. Row ids are positions among all references of the graph. */
int dryad_reference_update(sqlite3_vtab *table, int argc, sqlite3_value **argv, sqlite3_int64 *rowid);

#endif
