/* SPDX-License-Identifier: MIT */
/* The SQL function attr(address, 'user.name'): attributes and keys of objects. */
#ifndef DRYAD_SQL_ATTRIBUTE_H
#define DRYAD_SQL_ATTRIBUTE_H

#include "sql/connection.h"

/* Registers attr for the connection: it asks the current heap, unless the first argument is a column of a heap's table.
   Returns an SQLite code. */
int dryad_attribute_register(dryad_database *database);
/* For xFindFunction of a heap's table: makes attr ask that heap. Returns 0 for any other function. */
int dryad_attribute_overload(dryad_heap_source *source, int argc, const char *name,
                             void (**function)(sqlite3_context *, int, sqlite3_value **), void **argument);

#endif
