/* SPDX-License-Identifier: MIT */
#include "script/sql/result_text.h"

#include <stdio.h>

#include "base/float_text.h"
#include "base/latin1.h"
#include "base/utf8.h"
#include "formats/json/json_write.h"
#include "script/base/fail.h"
#include "script/base/owned.h"
#include "script/sql/result.h"

typedef bool put_row(dryad_buffer *buffer, const dryad_result *result, uint64_t row, uint64_t *escapes);

static void destroy_buffer(void *block) { dryad_buffer_deinit(block); }

/* Pushes the rows from argument 2 to argument 3 of the result at 1, and returns how many escapes they have. */
static uint64_t push_rows(lua_State *L, put_row *put, const char *separator)
{
  const dryad_result *result = dryad_lua_check_result(L, 1);
  lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3);
  luaL_argcheck(L, first >= 1, 2, "no such row");
  luaL_argcheck(L, last <= (lua_Integer)dryad_result_row_count(result), 3, "no such row");
  dryad_buffer *buffer = dryad_lua_own(L, sizeof *buffer, destroy_buffer);
  uint64_t escapes = 0;
  for (lua_Integer row = first; row <= last; row++) {
    bool is_put =
        (row == first || dryad_json_put_text(buffer, separator)) && put(buffer, result, (uint64_t)row - 1, &escapes);
    if (!is_put) dryad_lua_fail(L, "out of memory");
  }
  lua_pushlstring(L, buffer->length > 0 ? buffer->data : "", buffer->length);
  return escapes;
}

/* ---- JSON --------------------------------------------------------------------------------------- */

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

static bool put_json_row(dryad_buffer *buffer, const dryad_result *result, uint64_t row, uint64_t *escapes)
{
  uint32_t count = dryad_result_column_count(result);
  (void)escapes;
  for (uint32_t column = 0; column < count; column++) {
    dryad_sql_value value = dryad_result_cell(result, row, column);
    if (!dryad_json_put_text(buffer, column == 0 ? "[" : ",") || !put_json(buffer, &value)) return false;
  }
  return dryad_json_put_text(buffer, count == 0 ? "[]" : "]");
}

/* core.json_rows(result, first, last): these rows, each an array, with commas in between; as core.json.encode writes
   numbers and text. */
static int json_rows(lua_State *L)
{
  push_rows(L, put_json_row, ",");
  return 1;
}

/* ---- CSV ---------------------------------------------------------------------------------------- */

static bool put_byte(dryad_buffer *buffer, char byte) { return dryad_buffer_append(buffer, &byte, 1); }

/* A character that is not ASCII, which *p is moved past. */
static bool put_character(dryad_buffer *buffer, const unsigned char **p, const unsigned char *end, bool is_latin1,
                          uint64_t *escapes)
{
  char made[8];
  const unsigned char *start = *p;
  bool is_valid;
  if (is_latin1) {
    ++*p;
    dryad_latin1_to_utf8(made, (dryad_text){(const char *)start, 1});
    return dryad_buffer_append(buffer, made, 2);
  }
  unsigned length = dryad_utf8_sequence(start, end, &is_valid);
  *p += length;
  uint32_t point = dryad_utf8_code_point(start, length);
  if (!dryad_utf8_is_surrogate(point)) return dryad_buffer_append(buffer, start, length);
  ++*escapes;
  return dryad_buffer_append(buffer, made, (size_t)snprintf(made, sizeof made, "\\u%04x", (unsigned)point));
}

static bool put_characters(dryad_buffer *buffer, dryad_text text, bool is_latin1, uint64_t *escapes)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  while (p < end) {
    const unsigned char *start = p;
    while (p < end && *p < 0x80 && *p != '"') p++;
    if (!dryad_buffer_append(buffer, start, (size_t)(p - start))) return false;
    if (p == end) break;
    if (*p != '"') {
      if (!put_character(buffer, &p, end, is_latin1, escapes)) return false;
    } else {
      p++;
      if (!dryad_json_put_text(buffer, "\"\"")) return false;
    }
  }
  return true;
}

static bool put_csv_text(dryad_buffer *buffer, dryad_text text, uint64_t *escapes)
{
  bool is_quoted = text.length == 0, is_ascii = true;
  for (size_t i = 0; i < text.length; i++) {
    unsigned char c = (unsigned char)text.data[i];
    is_quoted = is_quoted || c == ',' || c == '"' || c == '\r' || c == '\n';
    is_ascii = is_ascii && c < 0x80;
  }
  if (!is_quoted && is_ascii) return dryad_buffer_append(buffer, text.data, text.length);
  bool is_latin1 = !is_ascii && !dryad_utf8_is_valid(text);
  return (!is_quoted || put_byte(buffer, '"')) && put_characters(buffer, text, is_latin1, escapes) &&
         (!is_quoted || put_byte(buffer, '"'));
}

static bool put_csv(dryad_buffer *buffer, const dryad_sql_value *value, uint64_t *escapes)
{
  char number[DRYAD_FLOAT_TEXT];
  switch (value->kind) {
  case DRYAD_SQL_NULL: break;
  case DRYAD_SQL_INTEGER: return dryad_json_put_integer(buffer, value->integer);
  case DRYAD_SQL_REAL: return dryad_buffer_append(buffer, number, dryad_float_text(number, value->real));
  case DRYAD_SQL_TEXT:
  case DRYAD_SQL_BLOB: return put_csv_text(buffer, value->text, escapes);
  }
  return true;
}

/* A row that is a single NULL is written as an empty text, since readers skip empty lines. */
static bool put_csv_row(dryad_buffer *buffer, const dryad_result *result, uint64_t row, uint64_t *escapes)
{
  uint32_t count = dryad_result_column_count(result);
  size_t start = buffer->length;
  for (uint32_t column = 0; column < count; column++) {
    dryad_sql_value value = dryad_result_cell(result, row, column);
    if ((column > 0 && !put_byte(buffer, ',')) || !put_csv(buffer, &value, escapes)) return false;
  }
  return dryad_json_put_text(buffer, buffer->length == start ? "\"\"\n" : "\n");
}

/* core.csv_rows(result, first, last): these rows as dryad.text.csv writes them, and how many lone surrogates are
   escaped. */
static int csv_rows(lua_State *L)
{
  lua_pushinteger(L, (lua_Integer)push_rows(L, put_csv_row, ""));
  return 2;
}

void dryad_lua_open_result_text(lua_State *L)
{
  static const luaL_Reg functions[] = {{"json_rows", json_rows}, {"csv_rows", csv_rows}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
