/* SPDX-License-Identifier: MIT */
/*
 * Writing CSV (RFC 4180) in valid UTF-8: each function appends to a buffer. False: no memory, and part of the output
 * may have been appended.
 *
 * Nothing is an empty field, and an empty text a quoted one. A row that would be an empty line, which readers skip, is
 * written as an empty text.
 */
#ifndef DRYAD_FORMATS_CSV_CSV_WRITE_H
#define DRYAD_FORMATS_CSV_CSV_WRITE_H

#include "base/buffer.h"

typedef enum dryad_csv_dialect {
  /* For programs: lines end with a newline alone, and texts are unchanged but for lone surrogates. */
  DRYAD_CSV_PLAIN,
  /* For people with a spreadsheet, which takes a text such as =1+1 for a formula: an apostrophe comes before any text
     that begins with = + - @, a tab or a line end, also after spaces, quotes and characters that do not show.
     Spreadsheets of other languages divide fields at semicolons or tabs, so it also comes before what looks like a
     formula after one of those or a line end within a text. Lines end with CR LF. */
  DRYAD_CSV_EXCEL
} dryad_csv_dialect;

/* The text between fields. */
bool dryad_csv_put_separator(dryad_buffer *buffer);
bool dryad_csv_put_integer(dryad_buffer *buffer, int64_t number);
/* Writes a float as Python does (base/float_text.h). */
bool dryad_csv_put_float(dryad_buffer *buffer, double number);
/* Adds the number of lone surrogates that are escaped to *escapes. */
bool dryad_csv_put_string(dryad_buffer *buffer, dryad_text text, dryad_csv_dialect dialect, uint64_t *escapes);
/* Ends the row that began when the buffer had `start` bytes. */
bool dryad_csv_end_row(dryad_buffer *buffer, size_t start, dryad_csv_dialect dialect);

#endif
