/* SPDX-License-Identifier: MIT */
/* Text as Python writes it, into a bounded buffer. */
#ifndef DRYAD_RUNTIME_PYTHON_PYTHON_TEXT_H
#define DRYAD_RUNTIME_PYTHON_PYTHON_TEXT_H

#include "dryad.h"

/* Counts all, and writes whole characters as long as everything fit so far, with room for a NUL after them; all zero
   but for `buffer` and `capacity` at the start (both 0: only counts). */
typedef struct dryad_writer {
  char *buffer;
  size_t capacity;
  size_t needed, written; /* bytes */
  bool is_full;
} dryad_writer;

/* One character, or what may be cut off as a whole. */
void dryad_put(dryad_writer *w, const void *bytes, size_t length);
void dryad_put_ascii(dryad_writer *w, const char *text);
/* At most 39 characters. */
void dryad_put_format(dryad_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

typedef enum dryad_python_kind {
  DRYAD_PYTHON_TEXT,  /* UTF-8; what is not printable as an escape */
  DRYAD_PYTHON_ASCII, /* UTF-8; all beyond ASCII as an escape, as Python 2 does */
  DRYAD_PYTHON_BYTES  /* bytes; all beyond ASCII as an escape */
} dryad_python_kind;

/* `mark`: the quote that is escaped, 0: none. */
void dryad_put_escaped(dryad_writer *w, dryad_text text, char mark, dryad_python_kind kind);
/* In the quotes that Python would choose. */
void dryad_put_quoted(dryad_writer *w, const char *prefix, dryad_text text, dryad_python_kind kind);

/* Whether objects of a type have bytes for a value, in a dump of this Python (2 or 3). */
bool dryad_is_bytes_type(dryad_text type, int python);

#endif
