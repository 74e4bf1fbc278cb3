/* SPDX-License-Identifier: MIT */
/* Statements of a database: preparing, binding, stepping. */
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/trace.h"
#include "base/utf8.h"
#include "sql/cell.h"
#include "sql/connection.h"
#include "sql/database.h"
#include "sql/error_place.h"
#include "sql/limits.h"
#include "sql/list_table.h"

/* Steps of SQLite's machine between checks for cancellation: about a millisecond. */
enum { STEPS = 20000 };

/* ---- around SQLite's calls ---- */

static int stop(void *context)
{
  dryad_sql_work *work = context;
  dryad_status status = dryad_sql_ask(work);
  return status ? dryad_sql_failed(work, status) : SQLITE_OK;
}

static void enter(dryad_database *database, bool is_trusted, bool is_running)
{
  database->work.status = DRYAD_OK;
  *database->refusal = '\0';
  database->is_guarded = !is_trusted && !database->is_unguarded;
  database->is_running = is_running;
}

static void leave(dryad_database *database)
{
  database->is_guarded = database->is_running = false;
  database->work.progress = (dryad_progress){0};
}

/* ---- life ---- */

/* Blanks, comments and semicolons. */
static bool has_more(const char *tail, const char *end)
{
  while (tail < end) {
    if (strchr(" \t\r\n\f;", *tail)) {
      tail++;
    } else if (end - tail > 1 && tail[0] == '-' && tail[1] == '-') {
      while (tail < end && *tail != '\n') tail++;
    } else if (end - tail > 1 && tail[0] == '/' && tail[1] == '*') {
      for (tail += 2; tail < end && !(end - tail > 1 && tail[0] == '*' && tail[1] == '/');) tail++;
      tail += end - tail > 1 ? 2 : 0;
    } else {
      return true;
    }
  }
  return false;
}

/* -1: unknown. */
static int offset_of_error(const dryad_database *database)
{
#if SQLITE_VERSION_NUMBER >= 3038000
  return sqlite3_error_offset(database->handle);
#else
  (void)database;
  return -1;
#endif
}

static dryad_status prepare(dryad_statement *statement, const char *sql, size_t length, dryad_error *error)
{
  dryad_database *database = statement->database;
  const char *tail;
  if (length > INT32_MAX) return dryad_fail(error, DRYAD_LIMIT, "the statement is too long");
  if (memchr(sql, '\0', length)) return dryad_fail(error, DRYAD_ARGUMENT, "the statement has a NUL character");
  enter(database, statement->is_trusted, false);
  int code = sqlite3_prepare_v3(database->handle, sql, (int)length, 0, &statement->handle, &tail);
  dryad_status status = code ? dryad_database_failed(database, code, error) : DRYAD_OK;
  if (status == DRYAD_ARGUMENT) dryad_error_place_show(error, sql, length, offset_of_error(database));
  leave(database);
  if (status) return status;
  if (!statement->handle) return dryad_fail(error, DRYAD_ARGUMENT, "there is no statement");
  if (has_more(tail, sql + length))
    return dryad_fail(error, DRYAD_ARGUMENT, "there is more than one statement: run them one by one");
  return DRYAD_OK;
}

dryad_status dryad_statement_new(dryad_statement **out, dryad_database *database, const char *sql, size_t length,
                                 bool trusted, dryad_error *error)
{
  DRYAD_ASSERT(out && database && (sql || length == 0));
  *out = NULL;
  dryad_statement *statement = dryad_calloc(database->allocator, 1, sizeof *statement);
  if (!statement) return dryad_fail_memory(error);
  statement->database = database;
  statement->is_trusted = trusted;
  statement->allocator = database->allocator;
  dryad_status status = prepare(statement, sql, length, error);
  if (status) {
    sqlite3_finalize(statement->handle);
    dryad_free(database->allocator, statement, 1, sizeof *statement);
    return status;
  }
  statement->next = database->statements;
  statement->link = &database->statements;
  if (statement->next) statement->next->link = &statement->next;
  database->statements = statement;
  *out = statement;
  return DRYAD_OK;
}

void dryad_statement_free(dryad_statement *statement)
{
  if (!statement) return;
  if (statement->database) {
    *statement->link = statement->next;
    if (statement->next) statement->next->link = statement->link;
    sqlite3_finalize(statement->handle);
  }
  dryad_free(statement->allocator, statement, 1, sizeof *statement);
}

/* ---- parameters ---- */

int dryad_statement_parameter_count(const dryad_statement *statement)
{
  return sqlite3_bind_parameter_count(statement->handle);
}

const char *dryad_statement_parameter_name(const dryad_statement *statement, int i)
{
  return sqlite3_bind_parameter_name(statement->handle, i);
}

static int bind_text(sqlite3_stmt *handle, int i, dryad_text text)
{
  const char *data = text.data ? text.data : "";
  if (dryad_utf8_is_valid(text))
    return sqlite3_bind_text64(handle, i, data, text.length, SQLITE_TRANSIENT, SQLITE_UTF8);
  size_t length;
  char *utf8 = dryad_cell_utf8(text, &length);
  return utf8 ? sqlite3_bind_text64(handle, i, utf8, length, sqlite3_free, SQLITE_UTF8) : SQLITE_NOMEM;
}

static dryad_status bound(dryad_statement *statement, int code, dryad_error *error)
{
  if (!code) return DRYAD_OK;
  statement->database->work.status = DRYAD_OK;
  *statement->database->refusal = '\0';
  return dryad_database_failed(statement->database, code, error);
}

static dryad_status closed(dryad_error *error) { return dryad_fail(error, DRYAD_ARGUMENT, "the database is closed"); }

dryad_status dryad_statement_bind(dryad_statement *statement, int i, const dryad_sql_value *value, dryad_error *error)
{
  DRYAD_ASSERT(i >= 1 && value);
  sqlite3_stmt *handle = statement->handle;
  if (!handle) return closed(error);
  int code = SQLITE_OK;
  switch (value->kind) {
  case DRYAD_SQL_NULL: code = sqlite3_bind_null(handle, i); break;
  case DRYAD_SQL_INTEGER: code = sqlite3_bind_int64(handle, i, value->integer); break;
  case DRYAD_SQL_REAL: code = sqlite3_bind_double(handle, i, value->real); break;
  case DRYAD_SQL_TEXT: code = bind_text(handle, i, value->text); break;
  case DRYAD_SQL_BLOB:
    code =
        sqlite3_bind_blob64(handle, i, value->text.data ? value->text.data : "", value->text.length, SQLITE_TRANSIENT);
    break;
  }
  return bound(statement, code, error);
}

dryad_status dryad_statement_bind_list(dryad_statement *statement, int i, const uint64_t *addresses, uint64_t count,
                                       dryad_error *error)
{
  DRYAD_ASSERT(i >= 1 && (addresses || count == 0));
  if (!statement->handle) return closed(error);
  return bound(statement, dryad_list_table_bind(statement->handle, i, addresses, count, statement->allocator), error);
}

/* ---- columns ---- */

int dryad_statement_column_count(const dryad_statement *statement) { return sqlite3_column_count(statement->handle); }

const char *dryad_statement_column_name(const dryad_statement *statement, int column)
{
  return sqlite3_column_name(statement->handle, column);
}

bool dryad_statement_is_read_only(const dryad_statement *statement) { return sqlite3_stmt_readonly(statement->handle); }

dryad_sql_value dryad_statement_column(const dryad_statement *statement, int column)
{
  sqlite3_stmt *handle = statement->handle;
  dryad_sql_value value = {.kind = DRYAD_SQL_NULL};
  switch (sqlite3_column_type(handle, column)) {
  case SQLITE_INTEGER:
    value.kind = DRYAD_SQL_INTEGER;
    value.integer = sqlite3_column_int64(handle, column);
    break;
  case SQLITE_FLOAT:
    value.kind = DRYAD_SQL_REAL;
    value.real = sqlite3_column_double(handle, column);
    break;
  case SQLITE_TEXT:
    value.kind = DRYAD_SQL_TEXT;
    /* Reading it as a blob avoids a copy made to add a NUL. */
    value.text.data = statement->database->is_utf8 ? sqlite3_column_blob(handle, column)
                                                   : (const void *)sqlite3_column_text(handle, column);
    value.text.length = (size_t)sqlite3_column_bytes(handle, column);
    break;
  case SQLITE_BLOB:
    value.kind = DRYAD_SQL_BLOB;
    value.text.data = sqlite3_column_blob(handle, column);
    value.text.length = (size_t)sqlite3_column_bytes(handle, column);
    break;
  default: break;
  }
  if (value.text.length == 0 && value.kind >= DRYAD_SQL_TEXT) value.text.data = "";
  return value;
}

/* ---- stepping ---- */

static uint64_t heaps_version(const dryad_database *database)
{
  uint64_t version = 0;
  const dryad_slot *slots = database->slots.data;
  for (uint32_t i = 0; i < database->slot_count; i++) version += dryad_heap_revision(slots[i].source->heap);
  return version;
}

/* Whether the tables changed since the statement started. */
static bool is_outdated(const dryad_statement *statement)
{
  const dryad_database *database = statement->database;
  return statement->is_started &&
         (statement->tables_version != database->tables_version || statement->heaps_version != heaps_version(database));
}

static void drop_collected(dryad_database *database)
{
  const dryad_slot *slots = database->slots.data;
  for (uint32_t i = 0; i < database->slot_count; i++) dryad_heap_source_drop_collected(slots[i].source);
}

static void start(dryad_statement *statement)
{
  dryad_database *database = statement->database;
  drop_collected(database);
  statement->is_started = true;
  statement->tables_version = database->tables_version;
  statement->heaps_version = heaps_version(database);
  statement->changes_before = (uint64_t)sqlite3_total_changes64(database->handle);
}

dryad_status dryad_statement_step(dryad_statement *statement, bool *more, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(more);
  dryad_database *database = statement->database;
  *more = false;
  if (!database) return closed(error);
  if (is_outdated(statement)) {
    sqlite3_reset(statement->handle);
    statement->is_started = false;
    return dryad_fail(error, DRYAD_ARGUMENT, "a heap changed while its rows were being read");
  }
  if (!statement->is_started) start(statement);
  enter(database, statement->is_trusted, true);
  database->work.progress = progress;
  if (progress.report) sqlite3_progress_handler(database->handle, STEPS, stop, &database->work);
  int code = sqlite3_step(statement->handle);
  sqlite3_progress_handler(database->handle, 0, NULL, NULL);
  dryad_status status = DRYAD_OK;
  *more = code == SQLITE_ROW;
  if (code != SQLITE_ROW) {
    statement->is_started = false;
    if (code != SQLITE_DONE) {
      status = dryad_database_failed(database, code, error);
      drop_collected(database);
    }
    sqlite3_reset(statement->handle);
    database->changes = (uint64_t)sqlite3_total_changes64(database->handle) - statement->changes_before;
  }
  leave(database);
  return status;
}

static dryad_status add_row(dryad_result *result, const dryad_statement *statement, uint32_t columns,
                            dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (uint32_t i = 0; i < columns && !status; i++) {
    dryad_sql_value value = dryad_statement_column(statement, (int)i);
    status = dryad_result_add(result, &value, error);
  }
  return status;
}

dryad_status dryad_statement_run(dryad_statement *statement, dryad_result **out, dryad_progress progress,
                                 dryad_error *error)
{
  DRYAD_ASSERT(out);
  *out = NULL;
  if (!statement->database) return closed(error);
  dryad_result *result;
  uint32_t columns = (uint32_t)dryad_statement_column_count(statement);
  dryad_status status = dryad_result_new(&result, columns, statement->allocator, error);
  for (uint32_t i = 0; i < columns && !status; i++)
    status = dryad_result_name(result, dryad_statement_column_name(statement, (int)i), error);
  bool more = !status;
  uint64_t asked = 0;
  dryad_trace_stage stage = {0};
  if (!statement->is_trusted) stage = dryad_trace_begin("run sql");
  while (more && !status) {
    status = dryad_statement_step(statement, &more, progress, error);
    if (!status && more) status = add_row(result, statement, columns, error);
    if (!status && more) status = dryad_sql_check_memory(result, &asked, statement->database->memory_root, error);
  }
  DRYAD_TRACE_END(stage, {"statement", .text = sqlite3_sql(statement->handle)},
                  {"rows", .number = result ? dryad_result_row_count(result) : 0}, {"status", .number = status});
  if (!status) {
    *out = result;
    return DRYAD_OK;
  }
  sqlite3_reset(statement->handle);
  statement->is_started = false;
  drop_collected(statement->database);
  dryad_result_free(result);
  return status;
}

uint64_t dryad_database_changes(const dryad_database *database) { return database->changes; }
