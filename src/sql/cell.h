/* SPDX-License-Identifier: MIT */
/* Passing values of the graph to SQLite. */
#ifndef DRYAD_SQL_CELL_H
#define DRYAD_SQL_CELL_H

#include <sqlite3.h>

#include "base/writer.h"
#include "dryad.h"
#include "runtime/runtime.h"

/* Text that stays valid as long as the statement uses the graph; no text gives NULL. */
static inline void dryad_cell_text(sqlite3_context *context, dryad_text text)
{
  sqlite3_result_text64(context, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
}
/* Converts bytes from Latin-1 to UTF-8 of *length bytes; the caller frees it with sqlite3_free. NULL: no memory. */
char *dryad_cell_utf8(dryad_text bytes, size_t *length);
/* Bytes as Latin-1. */
void dryad_cell_bytes(sqlite3_context *context, dryad_text bytes);
/* The value that the dump gives for an object; nothing, or null, gives NULL. `version`: of the language, as in the
   report. */
void dryad_cell_value(sqlite3_context *context, const dryad_graph *graph, const dryad_known_types *known, int version,
                      dryad_id id);
/* The text that `write` produces; long text takes two calls. */
void dryad_cell_written(sqlite3_context *context, void (*write)(dryad_writer *w, const void *what), const void *what);

#endif
