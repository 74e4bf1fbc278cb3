/* SPDX-License-Identifier: MIT */
#include "sql/result.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"

typedef struct cell {
  uint64_t bits; /* the number, or the offset of the text */
  uint32_t length;
  uint32_t kind;
} cell;

struct dryad_result {
  const dryad_allocator *allocator;
  uint32_t columns;
  uint64_t cell_count, text_bytes;
  dryad_column cells; /* cell[cell_count], row by row */
  dryad_column texts; /* first the names, each with a NUL */
  uint32_t name_count;
  uint64_t *names; /* for each column, the offset of its name */
};

dryad_status dryad_result_new(dryad_result **out, uint32_t columns, const dryad_allocator *allocator,
                              dryad_error *error)
{
  DRYAD_ASSERT(out);
  dryad_result *result = dryad_calloc(allocator, 1, sizeof *result);
  uint64_t *names = dryad_calloc(allocator, columns, sizeof *names);
  *out = NULL;
  if (!result || !names) {
    dryad_free(allocator, result, 1, sizeof *result);
    dryad_free(allocator, names, columns, sizeof *names);
    return dryad_fail_memory(error);
  }
  *result = (dryad_result){.allocator = allocator, .columns = columns, .names = names};
  *out = result;
  return DRYAD_OK;
}

void dryad_result_free(dryad_result *result)
{
  if (!result) return;
  const dryad_allocator *allocator = result->allocator;
  dryad_column_free(&result->cells, allocator, sizeof(cell));
  dryad_column_free(&result->texts, allocator, 1);
  dryad_free(allocator, result->names, result->columns, sizeof *result->names);
  dryad_free(allocator, result, 1, sizeof *result);
}

/* ---- making ---- */

static dryad_status add_text(dryad_result *result, const char *data, uint64_t length, uint64_t *at, dryad_error *error)
{
  if (!dryad_column_reserve(&result->texts, result->allocator, result->text_bytes + length, 1))
    return dryad_fail_memory(error);
  *at = result->text_bytes;
  if (length) memcpy((char *)result->texts.data + *at, data, length);
  result->text_bytes += length;
  return DRYAD_OK;
}

dryad_status dryad_result_name(dryad_result *result, const char *name, dryad_error *error)
{
  if (!name) return dryad_fail_memory(error);
  return add_text(result, name, strlen(name) + 1, &result->names[result->name_count++], error);
}

static const cell *cells(const dryad_result *result) { return result->cells.data; }

/* Whether the previous row has the same text in this column. */
static bool is_repeated(const dryad_result *result, dryad_text text)
{
  if (result->cell_count < result->columns) return false;
  const cell *above = &cells(result)[result->cell_count - result->columns];
  if ((above->kind != DRYAD_SQL_TEXT && above->kind != DRYAD_SQL_BLOB) || above->length != text.length) return false;
  return text.length == 0 || memcmp((const char *)result->texts.data + above->bits, text.data, text.length) == 0;
}

static dryad_status fill_text(dryad_result *result, cell *new, dryad_text text, dryad_error *error)
{
  if (text.length > UINT32_MAX) return dryad_fail(error, DRYAD_LIMIT, "a text of more than 4 GiB");
  new->length = (uint32_t)text.length;
  if (!is_repeated(result, text)) return add_text(result, text.data, text.length, &new->bits, error);
  new->bits = cells(result)[result->cell_count - result->columns].bits;
  return DRYAD_OK;
}

dryad_status dryad_result_add(dryad_result *result, const dryad_sql_value *value, dryad_error *error)
{
  cell new = {.kind = value->kind};
  dryad_status status = DRYAD_OK;
  switch (value->kind) {
  case DRYAD_SQL_NULL: break;
  case DRYAD_SQL_INTEGER: new.bits = (uint64_t)value->integer; break;
  case DRYAD_SQL_REAL: memcpy(&new.bits, &value->real, sizeof new.bits); break;
  case DRYAD_SQL_TEXT:
  case DRYAD_SQL_BLOB: status = fill_text(result, &new, value->text, error); break;
  }
  if (status) return status;
  if (!dryad_column_reserve(&result->cells, result->allocator, result->cell_count + 1, sizeof(cell)))
    return dryad_fail_memory(error);
  ((cell *)result->cells.data)[result->cell_count++] = new;
  return DRYAD_OK;
}

/* ---- reading ---- */

uint64_t dryad_result_row_count(const dryad_result *result)
{
  return result->columns ? result->cell_count / result->columns : 0;
}

uint32_t dryad_result_column_count(const dryad_result *result) { return result->columns; }

const char *dryad_result_column_name(const dryad_result *result, uint32_t column)
{
  DRYAD_ASSERT(column < result->columns);
  return (const char *)result->texts.data + result->names[column];
}

dryad_sql_value dryad_result_cell(const dryad_result *result, uint64_t row, uint32_t column)
{
  DRYAD_ASSERT(row < dryad_result_row_count(result) && column < result->columns);
  const cell *c = &cells(result)[row * result->columns + column];
  dryad_sql_value value = {.kind = (dryad_sql_kind)c->kind};
  switch (value.kind) {
  case DRYAD_SQL_NULL: break;
  case DRYAD_SQL_INTEGER: value.integer = (int64_t)c->bits; break;
  case DRYAD_SQL_REAL: memcpy(&value.real, &c->bits, sizeof value.real); break;
  case DRYAD_SQL_TEXT:
  case DRYAD_SQL_BLOB: value.text = (dryad_text){(const char *)result->texts.data + c->bits, c->length}; break;
  }
  return value;
}

uint64_t dryad_result_bytes(const dryad_result *result)
{
  return sizeof *result + result->cells.capacity * sizeof(cell) + result->texts.capacity +
         result->columns * sizeof *result->names;
}
