/* SPDX-License-Identifier: MIT */
#include "sql/limits.h"

#include "base/error.h"
#include "base/free_memory.h"

#define BETWEEN_CHECKS (UINT64_C(64) << 20) /* bytes */

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

dryad_status dryad_sql_check_memory(const dryad_result *result, uint64_t *asked, const char *root, dryad_error *error)
{
  const uint64_t bytes = dryad_result_bytes(result);
  if (bytes < *asked + BETWEEN_CHECKS) return DRYAD_OK;
  *asked = bytes;
  dryad_free_memory memory;
  dryad_free_memory_ask(&memory, root);
  if (dryad_free_memory_suffices(&memory, 0)) return DRYAD_OK;
  return dryad_fail(error, DRYAD_LIMIT, "the result does not fit in memory: its first %llu rows take %lluMiB",
                    (unsigned long long)dryad_result_row_count(result), (unsigned long long)(bytes >> 20));
}
