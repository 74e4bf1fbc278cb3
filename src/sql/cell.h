/* SPDX-License-Identifier: MIT */
/* Giving SQLite what the graph has. */
#ifndef DRYAD_SQL_CELL_H
#define DRYAD_SQL_CELL_H

#include <sqlite3.h>

#include "base/writer.h"
#include "dryad.h"

/* Text that stays where it is as long as the statement sees the graph; NULL when there is none. */
static inline void dryad_cell_text(sqlite3_context *context, dryad_text text)
{
  sqlite3_result_text64(context, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
}
/* Bytes taken as Latin-1, as UTF-8 of *length bytes, to be freed with sqlite3_free; NULL: no memory. */
char *dryad_cell_utf8(dryad_text bytes, size_t *length);
/* Bytes as Latin-1. */
void dryad_cell_bytes(sqlite3_context *context, dryad_text bytes);
/* What `write` puts down; it is called twice when that is long. */
void dryad_cell_written(sqlite3_context *context, void (*write)(dryad_writer *w, const void *what), const void *what);

#endif
