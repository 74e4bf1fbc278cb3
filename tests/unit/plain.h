/* SPDX-License-Identifier: MIT */
/* Plain SQLite tables with the rows of a heap's, and small heaps of odd objects. */
#ifndef DRYAD_TESTS_PLAIN_H
#define DRYAD_TESTS_PLAIN_H

#include <sqlite3.h>

#include "sql.h"

/* For more of them by hand. */
static inline unsigned from_environment(const char *name, unsigned otherwise)
{
  const char *value = getenv(name);
  return value ? (unsigned)strtoul(value, NULL, 10) : otherwise;
}

/* ---- odd heaps ---------------------------------------------------------------------------------- */

/* Addresses of objects and dangling ones, as in SQL. */
static const int64_t odd_addresses[] = {0,
                                        1,
                                        2,
                                        3,
                                        5,
                                        8,
                                        16,
                                        17,
                                        32,
                                        33,
                                        48,
                                        64,
                                        65,
                                        96,
                                        INT64_MAX,
                                        INT64_MIN,
                                        INT64_MIN + 1,
                                        -1,
                                        -2,
                                        -16,
                                        (INT64_C(1) << 53) + 1,
                                        INT64_C(1) << 53};
enum { ODD_ADDRESSES = sizeof odd_addresses / sizeof *odd_addresses };

static inline int64_t odd_address(uint64_t *seed) { return odd_addresses[random_below(seed, ODD_ADDRESSES)]; }

static inline const char *one_of(uint64_t *seed, const char *const *words)
{
  unsigned count = 0;
  while (words[count]) count++;
  return words[random_below(seed, count)];
}

static inline void write_odd_object(uint64_t *seed, dump_text *t, int64_t address)
{
  static const char *const types[] = {"dict", "str",         "str",       "int",    "Thread",   "thread",
                                      "",     "5",           "05",        "5.0",    "16",       "bytes",
                                      "O'x",  "\\u00e9\\\"", "a\\u0000b", "module", "function", NULL};
  static const char *const sizes[] = {"0", "1", "16", "24", "24", "100", "1099511627776", NULL};
  static const char *const values[] = {"null",
                                       "true",
                                       "5",
                                       "16.5",
                                       "1e300",
                                       "\"\"",
                                       "\"5\"",
                                       "\"abc\"",
                                       "\"\\u00ff\"",
                                       "-1",
                                       "24",
                                       "\"dict\"",
                                       "123456789012345678901234567890",
                                       NULL};
  text_add(t, "{\"address\": %llu, \"type\": \"%s\", \"size\": %s", (unsigned long long)address, one_of(seed, types),
           one_of(seed, sizes));
  if (chance(seed, 30)) text_add(t, ", \"name\": \"%s\"", chance(seed, 80) ? "os" : "");
  if (chance(seed, 50)) text_add(t, ", \"len\": %d", (int)random_below(seed, 40) - 2);
  if (chance(seed, 60)) text_add(t, ", \"value\": %s", one_of(seed, values));
  text_add(t, ", \"refs\": [");
  unsigned refs = chance(seed, 2) ? 300 : random_below(seed, 6);
  for (unsigned i = 0; i < refs; i++) text_add(t, "%s%llu", i ? ", " : "", (unsigned long long)odd_address(seed));
  text_add(t, "]}\n");
}

static inline dryad_heap *odd_heap(uint64_t *seed)
{
  dump_text t = {0};
  for (unsigned i = 0; i < ODD_ADDRESSES; i++)
    if (chance(seed, 60)) write_odd_object(seed, &t, odd_addresses[i]);
  text_add(&t, "\n");
  dryad_heap *heap =
      load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .python = 3});
  text_free(&t);
  return heap;
}

/* ---- plain tables ------------------------------------------------------------------------------- */

static inline void plain_run(sqlite3 *plain, const char *sql)
{
  char *message = NULL;
  if (sqlite3_exec(plain, sql, NULL, NULL, &message)) fail_msg("%s: %s", sql, message);
}

static inline void plain_bind(sqlite3_stmt *statement, int i, dryad_sql_value value)
{
  int code = SQLITE_OK;
  switch (value.kind) {
  case DRYAD_SQL_NULL: break;
  case DRYAD_SQL_INTEGER: code = sqlite3_bind_int64(statement, i, value.integer); break;
  case DRYAD_SQL_REAL: code = sqlite3_bind_double(statement, i, value.real); break;
  case DRYAD_SQL_TEXT:
    code = sqlite3_bind_text64(statement, i, value.text.data, value.text.length, SQLITE_TRANSIENT, SQLITE_UTF8);
    break;
  case DRYAD_SQL_BLOB: fail();
  }
  assert_int_equal(code, SQLITE_OK);
}

/* Puts all rows of a query of the database into a plain table. */
static inline void plain_fill(sqlite3 *plain, const char *insert, dryad_database *database, const char *select)
{
  dryad_result *result;
  dryad_error error = {0};
  sqlite3_stmt *statement;
  if (ask(database, select, false, &result, no_progress, &error)) fail_msg("%s: %s", select, error.text);
  assert_int_equal(sqlite3_prepare_v2(plain, insert, -1, &statement, NULL), SQLITE_OK);
  for (uint64_t row = 0; row < dryad_result_row_count(result); row++) {
    sqlite3_clear_bindings(statement);
    for (uint32_t i = 0; i < dryad_result_column_count(result); i++)
      plain_bind(statement, (int)i + 1, dryad_result_cell(result, row, i));
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  dryad_result_free(result);
}

/* Replaces the rows by those that a scan of the database's tables returns. */
static inline void plain_refill(sqlite3 *plain, dryad_database *database)
{
  plain_run(plain, "delete from obj; delete from ref; delete from unreferenced");
  plain_fill(
      plain, "insert into obj values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", database,
      "select address, type, name, value, size, len, mark, repr, num_refs, num_parents, retained, idom from obj");
  plain_fill(plain, "insert into ref values (?, ?, ?, ?)", database, "select parent, child, position, label from ref");
  plain_fill(plain, "insert into unreferenced values (?)", database, "select address from unreferenced");
}

static inline sqlite3 *plain_open(dryad_database *database)
{
  sqlite3 *plain;
  assert_int_equal(sqlite3_open(":memory:", &plain), SQLITE_OK);
  plain_run(plain, "create table obj(address int, type text, name text, value, size int, len int, mark int, repr text, "
                   "num_refs int, num_parents int, retained int, idom int);"
                   "create table ref(parent int, child int, position int, label text);"
                   "create table unreferenced(address int)");
  plain_refill(plain, database);
  return plain;
}

/* ---- asking ------------------------------------------------------------------------------------- */

/* Like rows_of; NULL: the statement failed. */
static inline char *plain_rows(sqlite3 *plain, const char *sql)
{
  sqlite3_stmt *statement;
  dump_text t = {0};
  int code = sqlite3_prepare_v2(plain, sql, -1, &statement, NULL);
  while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      if (i) text_add(&t, "|");
      dryad_sql_value value = {.kind = DRYAD_SQL_NULL};
      switch (sqlite3_column_type(statement, i)) {
      case SQLITE_INTEGER:
        value = (dryad_sql_value){.kind = DRYAD_SQL_INTEGER, .integer = sqlite3_column_int64(statement, i)};
        break;
      case SQLITE_FLOAT:
        value = (dryad_sql_value){.kind = DRYAD_SQL_REAL, .real = sqlite3_column_double(statement, i)};
        break;
      case SQLITE_NULL: break;
      default:
        value.kind = sqlite3_column_type(statement, i) == SQLITE_BLOB ? DRYAD_SQL_BLOB : DRYAD_SQL_TEXT;
        value.text.data = sqlite3_column_blob(statement, i);
        value.text.length = (size_t)sqlite3_column_bytes(statement, i);
      }
      add_cell(&t, value);
    }
    text_add(&t, "\n");
    code = SQLITE_OK;
  }
  sqlite3_finalize(statement);
  if (code != SQLITE_DONE) {
    text_free(&t);
    return NULL;
  }
  text_add_bytes(&t, "", 1);
  return t.data;
}

static inline int compare_lines(const void *left, const void *right)
{
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorts the lines bytewise. */
static inline void sort_lines(char *text)
{
  size_t length = strlen(text), count = 0;
  char **lines = malloc((length + 1) * sizeof *lines), *sorted = malloc(length + 1), *to = sorted;
  assert_true(lines && sorted);
  for (char *line = text; *line; line = strchr(line, '\0') + 1) {
    lines[count++] = line;
    *strchr(line, '\n') = '\0';
  }
  qsort(lines, count, sizeof *lines, compare_lines);
  for (size_t i = 0; i < count; i++) to += sprintf(to, "%s\n", lines[i]);
  *to = '\0';
  memcpy(text, sorted, (size_t)(to - sorted) + 1);
  free(lines);
  free(sorted);
}

/* Asserts the same rows, in the same order if that is determined; or that both fail. */
static inline void assert_same_rows(dryad_database *database, sqlite3 *plain, const char *sql, bool is_ordered,
                                    const char *about)
{
  dryad_result *result;
  dryad_error error = {0};
  bool failed = ask(database, sql, false, &result, no_progress, &error);
  char *got = failed ? NULL : rows_of(result), *wanted = plain_rows(plain, sql);
  dryad_result_free(result);
  if (got && wanted && !is_ordered) {
    sort_lines(got);
    sort_lines(wanted);
  }
  if (!got != !wanted) fail_msg("%s: %s\n%s / %s", about, sql, failed ? error.text : "answered", sqlite3_errmsg(plain));
  if (got && strcmp(got, wanted)) fail_msg("%s: %s\ngives\n%sand not\n%s", about, sql, got, wanted);
  free(got);
  free(wanted);
}

#endif
