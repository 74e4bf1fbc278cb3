/* SPDX-License-Identifier: MIT */
#include "sql/cell.h"

#include "base/latin1.h"

char *dryad_cell_utf8(dryad_text bytes, size_t *length)
{
  *length = dryad_latin1_length(bytes);
  char *utf8 = sqlite3_malloc64(*length);
  if (utf8) dryad_latin1_to_utf8(utf8, bytes);
  return utf8;
}

void dryad_cell_bytes(sqlite3_context *context, dryad_text bytes)
{
  size_t length;
  if (dryad_latin1_length(bytes) == bytes.length) {
    dryad_cell_text(context, bytes);
    return;
  }
  char *utf8 = dryad_cell_utf8(bytes, &length);
  if (utf8)
    sqlite3_result_text64(context, utf8, length, sqlite3_free, SQLITE_UTF8);
  else
    sqlite3_result_error_nomem(context);
}

void dryad_cell_value(sqlite3_context *context, const dryad_graph *graph, const dryad_known_types *known, int version,
                      dryad_id id)
{
  dryad_value value = dryad_graph_value(graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  case DRYAD_VALUE_BOOLEAN: sqlite3_result_int(context, value.boolean); break;
  case DRYAD_VALUE_INTEGER: sqlite3_result_int64(context, value.integer); break;
  case DRYAD_VALUE_FLOAT: sqlite3_result_double(context, value.real); break;
  case DRYAD_VALUE_TEXT:
    if (dryad_is_bytes_type(known->runtime, dryad_graph_type_name(graph, dryad_types(graph)[id]), version))
      dryad_cell_bytes(context, value.text);
    else
      dryad_cell_text(context, value.text);
    break;
  case DRYAD_VALUE_BIG_INTEGER: dryad_cell_text(context, value.text); break;
  }
}

enum { SHORT = 256 };

void dryad_cell_written(sqlite3_context *context, void (*write)(dryad_writer *w, const void *what), const void *what)
{
  char buffer[SHORT];
  dryad_writer w = {.buffer = buffer, .capacity = sizeof buffer};
  write(&w, what);
  if (!w.is_full) {
    sqlite3_result_text64(context, buffer, w.written, SQLITE_TRANSIENT, SQLITE_UTF8);
    return;
  }
  w = (dryad_writer){.capacity = w.needed + 1, .buffer = sqlite3_malloc64(w.needed + 1)};
  if (!w.buffer) {
    sqlite3_result_error_nomem(context);
    return;
  }
  write(&w, what);
  sqlite3_result_text64(context, w.buffer, w.written, sqlite3_free, SQLITE_UTF8);
}
