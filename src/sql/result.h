/* SPDX-License-Identifier: MIT */
/*
 * The stored rows of a query: 16 bytes per cell, and texts in a separate block, where a text equal to the previous
 * row's in the same column is stored only once.
 */
#ifndef DRYAD_SQL_RESULT_H
#define DRYAD_SQL_RESULT_H

#include "dryad.h"

typedef enum dryad_sql_kind {
  DRYAD_SQL_NULL,
  DRYAD_SQL_INTEGER,
  DRYAD_SQL_REAL,
  DRYAD_SQL_TEXT,
  DRYAD_SQL_BLOB
} dryad_sql_kind;

typedef struct dryad_sql_value {
  dryad_sql_kind kind;
  int64_t integer;
  double real;
  dryad_text text; /* of a text or blob, whose .data is never NULL */
} dryad_sql_value;

typedef struct dryad_result dryad_result;

uint64_t dryad_result_row_count(const dryad_result *result);
uint32_t dryad_result_column_count(const dryad_result *result);
/* NUL-terminated. */
const char *dryad_result_column_name(const dryad_result *result, uint32_t column);
/* `row` and `column` from 0. Texts are valid as long as the result. */
dryad_sql_value dryad_result_cell(const dryad_result *result, uint64_t row, uint32_t column);
uint64_t dryad_result_bytes(const dryad_result *result);
void dryad_result_free(dryad_result *result); /* NULL is allowed */

/* ---- building: first the names of all columns, then all cells, row by row ---- */

dryad_status dryad_result_new(dryad_result **out, uint32_t columns, const dryad_allocator *allocator,
                              dryad_error *error);
/* NULL, which SQLite returns when out of memory, is an error. */
dryad_status dryad_result_name(dryad_result *result, const char *name, dryad_error *error);
dryad_status dryad_result_add(dryad_result *result, const dryad_sql_value *value, dryad_error *error);

#endif
