/* SPDX-License-Identifier: MIT */
#include "sql/limits.h"

void dryad_sql_set_limits(sqlite3 *handle)
{
  static const struct {
    int id, value;
  } limits[] = {{SQLITE_LIMIT_LENGTH, DRYAD_SQL_LONGEST},
                {SQLITE_LIMIT_SQL_LENGTH, DRYAD_SQL_LONGEST},
                {SQLITE_LIMIT_COLUMN, 500},
                {SQLITE_LIMIT_EXPR_DEPTH, 500},
                {SQLITE_LIMIT_COMPOUND_SELECT, 500},
                {SQLITE_LIMIT_VDBE_OP, 25000000},
                {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
                {SQLITE_LIMIT_TRIGGER_DEPTH, 100},
                {SQLITE_LIMIT_WORKER_THREADS, 0}};
  for (unsigned i = 0; i < sizeof limits / sizeof *limits; i++) sqlite3_limit(handle, limits[i].id, limits[i].value);
}
