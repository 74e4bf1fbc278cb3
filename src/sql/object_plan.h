/* SPDX-License-Identifier: MIT */
/* How rows of obj are found: plans offered to SQLite (xBestIndex) and carried out (xFilter). */
#ifndef DRYAD_SQL_OBJECT_PLAN_H
#define DRYAD_SQL_OBJECT_PLAN_H

#include "sql/heap_table.h"

/* Bits of a plan's number. Its text has two characters for each argument: a column (see object_plan.c) and a
   comparison (sql/bounds.h). */
enum { DRYAD_BY_TYPE = 1, DRYAD_TYPES_DESCENDING = 2, DRYAD_DESCENDING = 4 };

int dryad_object_plan(sqlite3_vtab *table, sqlite3_index_info *info);

#endif
