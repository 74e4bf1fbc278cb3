/* SPDX-License-Identifier: MIT */
/* Text written into a bounded buffer. */
#ifndef DRYAD_BASE_WRITER_H
#define DRYAD_BASE_WRITER_H

#include <stdbool.h>
#include <stddef.h>

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
/* Characters of one byte each: all of them, or as many as fit. */
void dryad_put_ascii_bytes(dryad_writer *w, const char *text, size_t length);
void dryad_put_ascii(dryad_writer *w, const char *text);
/* At most 39 characters. */
void dryad_put_format(dryad_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
