/* SPDX-License-Identifier: MIT */
/*
 * Writing JSON: each function appends to a buffer. False: no memory, and part of the output may have been appended.
 */
#ifndef DRYAD_FORMATS_JSON_JSON_WRITE_H
#define DRYAD_FORMATS_JSON_JSON_WRITE_H

#include "base/buffer.h"

typedef enum dryad_json_dialect {
  /* RFC 8259, for any reader: UTF-8. Ill-formed text is read as Latin-1. Hidden characters (base/characters.h) and
     lone surrogates are escaped, so that the text is harmless on a terminal. Whole floats other than -0.0 have no
     fraction; infinities are numbers beyond the range of floats, which read back as infinities, and NaN is null. */
  DRYAD_JSON_STANDARD,
  /* The same for a script element of HTML: `<`, `>` and `&` are escaped, so nothing in it is markup. */
  DRYAD_JSON_SCRIPT,
  /* As Meliae writes dumps: ASCII, `/` escaped too, control characters as \u00xx. Ill-formed bytes become U+FFFD, and
     lone surrogates stay. Floats have a point or an exponent; NaN is the text "nan", which is a number if it is the
     value of a float. */
  DRYAD_JSON_DUMP
} dryad_json_dialect;

/* Appends JSON verbatim, NUL-terminated. */
static inline bool dryad_json_put_text(dryad_buffer *buffer, const char *json)
{
  return dryad_buffer_append(buffer, json, strlen(json));
}
bool dryad_json_put_unsigned(dryad_buffer *buffer, uint64_t number);
bool dryad_json_put_integer(dryad_buffer *buffer, int64_t number);
/* Writes the fewest digits that read back as the same number. */
bool dryad_json_put_float(dryad_buffer *buffer, double number, dryad_json_dialect dialect);
bool dryad_json_put_string(dryad_buffer *buffer, dryad_text text, dryad_json_dialect dialect);
/* Writes bytes as a string of a dump, each byte as a character up to U+00FF. */
bool dryad_json_put_bytes(dryad_buffer *buffer, dryad_text bytes);

#endif
