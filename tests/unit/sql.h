/* SPDX-License-Identifier: MIT */
/* Queries of databases whose tables are heaps. */
#ifndef DRYAD_TESTS_SQL_H
#define DRYAD_TESTS_SQL_H

#include "feed.h"
#include "heap/heap.h"
#include "sql/database.h"

static const dryad_progress no_progress = {0};

static inline dryad_database *database_of(dryad_heap *heap)
{
  dryad_database *database;
  dryad_error error = {0};
  if (dryad_database_open(&database, NULL, (dryad_database_options){0}, NULL, &error)) fail_msg("%s", error.text);
  if (heap && dryad_database_put_heap(database, "", heap, &error)) fail_msg("%s", error.text);
  return database;
}

static inline void add_cell(dump_text *t, dryad_sql_value value)
{
  switch (value.kind) {
  case DRYAD_SQL_NULL: text_add(t, "null"); break;
  case DRYAD_SQL_INTEGER: text_add(t, "%lld", (long long)value.integer); break;
  case DRYAD_SQL_REAL: text_add(t, "%.17g", value.real); break;
  case DRYAD_SQL_TEXT:
    for (size_t i = 0; i < value.text.length; i++)
      text_add_bytes(t, value.text.data[i] ? value.text.data + i : "\x1a", 1); /* NUL would end the text */
    break;
  case DRYAD_SQL_BLOB:
    text_add(t, "x'");
    for (size_t i = 0; i < value.text.length; i++) text_add(t, "%02x", (unsigned char)value.text.data[i]);
    text_add(t, "'");
    break;
  }
}

/* The rows as text: cells separated by |, one line per row; the caller frees it. */
static inline char *rows_of(const dryad_result *result)
{
  dump_text t = {0};
  for (uint64_t row = 0; row < dryad_result_row_count(result); row++) {
    for (uint32_t column = 0; column < dryad_result_column_count(result); column++) {
      if (column) text_add(&t, "|");
      add_cell(&t, dryad_result_cell(result, row, column));
    }
    text_add(&t, "\n");
  }
  text_add_bytes(&t, "", 1);
  return t.data;
}

static inline dryad_status ask(dryad_database *database, const char *sql, bool trusted, dryad_result **result,
                               dryad_progress progress, dryad_error *error)
{
  dryad_statement *statement;
  *result = NULL;
  dryad_status status = dryad_statement_new(&statement, database, sql, strlen(sql), trusted, error);
  if (!status) status = dryad_statement_run(statement, result, progress, error);
  dryad_statement_free(statement);
  return status;
}

static inline char *query(dryad_database *database, const char *sql)
{
  dryad_result *result;
  dryad_error error = {0};
  if (ask(database, sql, false, &result, no_progress, &error)) fail_msg("%s: %s", sql, error.text);
  char *rows = rows_of(result);
  dryad_result_free(result);
  return rows;
}

static inline void run(dryad_database *database, const char *sql) { free(query(database, sql)); }

static inline void assert_rows(dryad_database *database, const char *sql, const char *expected)
{
  char *rows = query(database, sql);
  if (strcmp(rows, expected) != 0) fail_msg("%s\ngives\n%sand not\n%s", sql, rows, expected);
  free(rows);
}

static inline void assert_refused(dryad_database *database, const char *sql, dryad_status expected, const char *words)
{
  dryad_result *result;
  dryad_error error = {0};
  dryad_status status = ask(database, sql, false, &result, no_progress, &error);
  if (status != expected) fail_msg("%s: status %d, %s", sql, status, error.text);
  assert_null(result);
  if (!strstr(error.text, words)) fail_msg("%s: \"%s\" does not say \"%s\"", sql, error.text, words);
}

/* SQLite's plan; the text of each step. */
static inline char *plan_of(dryad_database *database, const char *sql)
{
  dump_text t = {0};
  text_add(&t, "explain query plan %s", sql);
  text_add_bytes(&t, "", 1);
  char *plan = query(database, t.data);
  text_free(&t);
  return plan;
}

static inline void assert_plan(dryad_database *database, const char *sql, const char *has, const char *has_not)
{
  char *plan = plan_of(database, sql);
  if (!strstr(plan, has)) fail_msg("the plan of %s lacks \"%s\":\n%s", sql, has, plan);
  if (has_not && strstr(plan, has_not)) fail_msg("the plan of %s has \"%s\":\n%s", sql, has_not, plan);
  free(plan);
}

/* Applies the changes that the last statement collected; returns their number. */
static inline unsigned take_all(dryad_database *database, dryad_change_result *last)
{
  dryad_heap *heap;
  dryad_change *change;
  unsigned count = 0;
  while ((change = dryad_database_take_change(database, &heap))) {
    dryad_error error = {0};
    if (dryad_heap_apply(heap, change, NULL, last, no_progress, &error)) fail_msg("%s", error.text);
    count++;
  }
  return count;
}

#endif
