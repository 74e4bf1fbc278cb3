/* SPDX-License-Identifier: MIT */
#include "script/sql/row_text.h"

#include "base/error.h"
#include "base/trace.h"
#include "formats/csv/csv_write.h"
#include "formats/json/json_write.h"
#include "script/base/fail.h"
#include "script/base/interrupt.h"
#include "script/base/owned.h"
#include "script/sql/result.h"

enum { PIECE = 1 << 16 }; /* bytes of a text, more or less */

typedef enum row_form { ARRAYS, OBJECTS, LINES, CSV, EXCEL } row_form;
static const char *const form_names[] = {"json", "objects", "jsonl", "csv", "excel", NULL};

typedef struct row_texts {
  row_form form;
  const dryad_result *result;  /* NULL: the rows are those of a statement */
  dryad_statement **statement; /* NULL inside: done */
  uint64_t row;                /* the number of rows written */
  uint32_t columns;
  dryad_buffer buffer;
  dryad_buffer keys; /* OBJECTS, LINES: what comes before each value of a row, NUL-terminated */
  uint64_t escapes;
  dryad_trace_stage stage;
} row_texts;

static void destroy_texts(void *block)
{
  row_texts *texts = block;
  dryad_buffer_deinit(&texts->buffer);
  dryad_buffer_deinit(&texts->keys);
}

/* ---- a row -------------------------------------------------------------------------------------- */

static dryad_sql_value cell(const row_texts *texts, uint32_t column)
{
  return texts->result ? dryad_result_cell(texts->result, texts->row, column)
                       : dryad_statement_column(*texts->statement, (int)column);
}

static bool put_json(dryad_buffer *buffer, const dryad_sql_value *value)
{
  switch (value->kind) {
  case DRYAD_SQL_NULL: break;
  case DRYAD_SQL_INTEGER: return dryad_json_put_integer(buffer, value->integer);
  case DRYAD_SQL_REAL: return dryad_json_put_float(buffer, value->real, DRYAD_JSON_STANDARD);
  case DRYAD_SQL_TEXT:
  case DRYAD_SQL_BLOB: return dryad_json_put_string(buffer, value->text, DRYAD_JSON_STANDARD);
  }
  return dryad_json_put_text(buffer, "null");
}

static bool put_array(row_texts *texts)
{
  dryad_buffer *buffer = &texts->buffer;
  bool is_put = texts->row == 0 || dryad_json_put_text(buffer, ",");
  for (uint32_t column = 0; column < texts->columns && is_put; column++) {
    dryad_sql_value value = cell(texts, column);
    is_put = dryad_json_put_text(buffer, column == 0 ? "[" : ",") && put_json(buffer, &value);
  }
  return is_put && dryad_json_put_text(buffer, "]");
}

static bool put_object(row_texts *texts)
{
  dryad_buffer *buffer = &texts->buffer;
  const char *key = texts->keys.data;
  bool is_put = texts->form == LINES || dryad_json_put_text(buffer, texts->row == 0 ? "\n" : ",\n");
  for (uint32_t column = 0; column < texts->columns && is_put; column++) {
    dryad_sql_value value = cell(texts, column);
    is_put = dryad_json_put_text(buffer, key) && put_json(buffer, &value);
    key += strlen(key) + 1;
  }
  return is_put && dryad_json_put_text(buffer, texts->form == LINES ? "}\n" : "}");
}

static bool put_csv(row_texts *texts, const dryad_sql_value *value, dryad_csv_dialect dialect)
{
  switch (value->kind) {
  case DRYAD_SQL_NULL: break;
  case DRYAD_SQL_INTEGER: return dryad_csv_put_integer(&texts->buffer, value->integer);
  case DRYAD_SQL_REAL: return dryad_csv_put_float(&texts->buffer, value->real);
  case DRYAD_SQL_TEXT:
  case DRYAD_SQL_BLOB: return dryad_csv_put_string(&texts->buffer, value->text, dialect, &texts->escapes);
  }
  return true;
}

static bool put_line(row_texts *texts)
{
  dryad_csv_dialect dialect = texts->form == EXCEL ? DRYAD_CSV_EXCEL : DRYAD_CSV_PLAIN;
  size_t start = texts->buffer.length;
  bool is_put = true;
  for (uint32_t column = 0; column < texts->columns && is_put; column++) {
    dryad_sql_value value = cell(texts, column);
    is_put = (column == 0 || dryad_csv_put_separator(&texts->buffer)) && put_csv(texts, &value, dialect);
  }
  return is_put && dryad_csv_end_row(&texts->buffer, start, dialect);
}

static bool put_row(row_texts *texts)
{
  switch (texts->form) {
  case ARRAYS: return put_array(texts);
  case OBJECTS:
  case LINES: return put_object(texts);
  case CSV:
  case EXCEL: break;
  }
  return put_line(texts);
}

/* ---- all rows ----------------------------------------------------------------------------------- */

/* The keys of objects: the names in the array at 1. */
static void read_keys(lua_State *L, row_texts *texts)
{
  if (texts->form != OBJECTS && texts->form != LINES) return;
  luaL_checktype(L, 1, LUA_TTABLE);
  texts->keys.length = 0;
  for (uint32_t column = 0; column < texts->columns; column++) {
    dryad_text name;
    lua_rawgeti(L, 1, (lua_Integer)column + 1);
    name.data = luaL_checklstring(L, -1, &name.length);
    bool is_put = dryad_json_put_text(&texts->keys, column == 0 ? "{" : ",") &&
                  dryad_json_put_string(&texts->keys, name, DRYAD_JSON_STANDARD) &&
                  dryad_buffer_append(&texts->keys, ":", 2);
    lua_pop(L, 1);
    if (!is_put) dryad_lua_fail(L, "out of memory");
  }
}

static dryad_status step(const row_texts *texts, bool *more, dryad_error *error)
{
  if (!texts->result) return dryad_statement_step(*texts->statement, more, dryad_interruptible, error);
  *more = texts->row < dryad_result_row_count(texts->result);
  return DRYAD_OK;
}

/* Fills the buffer with the next rows; *more is false when there are no others. */
static dryad_status fill(row_texts *texts, bool *more, dryad_error *error)
{
  texts->buffer.length = 0;
  texts->escapes = 0;
  while (texts->buffer.length < PIECE) {
    dryad_status status = step(texts, more, error);
    if (status || !*more) return status;
    if (!put_row(texts)) return dryad_fail_memory(error);
    texts->row++;
  }
  return DRYAD_OK;
}

static int push_text(lua_State *L, const row_texts *texts)
{
  if (texts->buffer.length == 0) return 0;
  lua_pushlstring(L, texts->buffer.data, texts->buffer.length);
  lua_pushinteger(L, (lua_Integer)texts->escapes);
  return 2;
}

/* Upvalues: the texts, the result. */
static int next_of_result(lua_State *L)
{
  row_texts *texts = dryad_lua_owned(L, lua_upvalueindex(1));
  dryad_error error;
  bool more = true;
  if (texts->row == 0) read_keys(L, texts);
  dryad_lua_check(L, fill(texts, &more, &error), &error);
  return push_text(L, texts);
}

/* Upvalues: the texts, the database, the owner of the statement, its text. */
static int next_of_statement(lua_State *L)
{
  row_texts *texts = dryad_lua_owned(L, lua_upvalueindex(1));
  const dryad_lua_database *database = lua_touserdata(L, lua_upvalueindex(2));
  dryad_error error;
  bool more = true;
  if (!database->database) return dryad_lua_fail(L, "the database is closed");
  if (database->busy) return dryad_lua_fail(L, "texts: the database is at work");
  if (!*texts->statement) return 0;
  if (texts->row == 0) {
    texts->stage = dryad_trace_begin("run sql");
    read_keys(L, texts);
  }
  dryad_status status = fill(texts, &more, &error);
  if (status || !more) {
    DRYAD_TRACE_END(texts->stage, {"statement", .text = lua_tostring(L, lua_upvalueindex(4))},
                    {"rows", .number = texts->row}, {"status", .number = status});
    dryad_statement_free(*texts->statement);
    *texts->statement = NULL;
  }
  dryad_lua_check(L, status, &error);
  return push_text(L, texts);
}

static row_texts *push_texts(lua_State *L, int form)
{
  row_form chosen = (row_form)luaL_checkoption(L, form, NULL, form_names);
  row_texts *texts = dryad_lua_own(L, sizeof *texts, destroy_texts);
  texts->form = chosen;
  return texts;
}

void dryad_lua_push_statement_texts(lua_State *L, int form, int database, int holder, int sql)
{
  row_texts *texts = push_texts(L, form);
  texts->statement = dryad_lua_owned(L, holder);
  texts->columns = (uint32_t)dryad_statement_column_count(*texts->statement);
  lua_pushvalue(L, database);
  lua_pushvalue(L, holder);
  lua_pushvalue(L, sql);
  lua_pushcclosure(L, next_of_statement, 4);
}

/* core.result_texts(result, form): the same iterator over the rows of a result. */
static int result_texts(lua_State *L)
{
  const dryad_result *result = dryad_lua_check_result(L, 1);
  lua_settop(L, 2);
  row_texts *texts = push_texts(L, 2);
  texts->result = result;
  texts->columns = dryad_result_column_count(result);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, next_of_result, 2);
  return 1;
}

void dryad_lua_open_row_text(lua_State *L)
{
  lua_pushcfunction(L, result_texts);
  lua_setfield(L, -2, "result_texts");
}
