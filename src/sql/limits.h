/* SPDX-License-Identifier: MIT */
/* What a statement may take: a query of somebody else can ask for more than there is, in a few words. */
#ifndef DRYAD_SQL_LIMITS_H
#define DRYAD_SQL_LIMITS_H

#include <sqlite3.h>

/* The longest text, blob, row and statement, in bytes. A function of SQLite cannot be interrupted, and may need several
   times as much memory. */
enum { DRYAD_SQL_LONGEST_MIB = 64, DRYAD_SQL_LONGEST = DRYAD_SQL_LONGEST_MIB << 20 };

void dryad_sql_set_limits(sqlite3 *handle);

#endif
