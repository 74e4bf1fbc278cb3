/* The rows of a query, kept: cells in one block, texts in another, equal neighbours stored once. */
#ifndef DRYAD_SQL_RESULT_H
#define DRYAD_SQL_RESULT_H

#include "dryad.h"

typedef struct dryad_result dryad_result;
struct dryad_sql_value;

uint64_t dryad_result_row_count(const dryad_result *result);
uint32_t dryad_result_column_count(const dryad_result *result);
const char *dryad_result_column_name(const dryad_result *result, uint32_t column);
/* `row` and `column` from 0. */
struct dryad_sql_value dryad_result_cell(const dryad_result *result, uint64_t row, uint32_t column);
uint64_t dryad_result_bytes(const dryad_result *result);
void dryad_result_free(dryad_result *result); /* NULL is allowed */

#endif
