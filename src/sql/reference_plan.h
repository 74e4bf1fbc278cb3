/* SPDX-License-Identifier: MIT */
/* How rows of ref are found: plans offered to SQLite (xBestIndex) and carried out (xFilter). */
#ifndef DRYAD_SQL_REFERENCE_PLAN_H
#define DRYAD_SQL_REFERENCE_PLAN_H

#include "sql/heap_table.h"

/* Bits of a plan's number. Its text has two characters for each argument: `p`, `c` or `n` (the position), and a
   comparison (sql/bounds.h). Children appear only if they are walked. */
enum { DRYAD_BY_CHILD = 1, DRYAD_CHILDREN_DESCENDING = 2, DRYAD_PARENTS_DESCENDING = 4 };

int dryad_reference_plan(sqlite3_vtab *table, sqlite3_index_info *info);

#endif
