/* SPDX-License-Identifier: MIT */
/* What a statement may take: a query of somebody else can ask for more than there is, in a few words. */
#ifndef DRYAD_SQL_LIMITS_H
#define DRYAD_SQL_LIMITS_H

#include <sqlite3.h>

#include "sql/result.h"

/* The longest text, blob, row and statement, in bytes. A function of SQLite cannot be interrupted, and may need several
   times as much memory. */
enum { DRYAD_SQL_LONGEST_MIB = 64, DRYAD_SQL_LONGEST = DRYAD_SQL_LONGEST_MIB << 20 };

void dryad_sql_set_limits(sqlite3 *handle);

/* Fails with DRYAD_LIMIT if a result that grows leaves hardly any memory, for which it asks now and then. `asked` is
   its size when it asked last, at first 0; `root` is for dryad_free_memory_ask. */
dryad_status dryad_sql_check_memory(const dryad_result *result, uint64_t *asked, const char *root, dryad_error *error);

#endif
