/* SPDX-License-Identifier: MIT */
/* The table-valued function `list(?)`: the addresses bound to its parameter, as rows of one column, address.
 */
#ifndef DRYAD_SQL_LIST_TABLE_H
#define DRYAD_SQL_LIST_TABLE_H

#include <sqlite3.h>

#include "dryad.h"

/* Returns an SQLite code. */
int dryad_list_table_register(sqlite3 *handle, const dryad_allocator *allocator);
/* Binds a copy to parameter i (from 1). Returns an SQLite code. */
int dryad_list_table_bind(sqlite3_stmt *statement, int i, const uint64_t *addresses, uint64_t count,
                          const dryad_allocator *allocator);

#endif
