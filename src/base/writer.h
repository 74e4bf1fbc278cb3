/* SPDX-License-Identifier: MIT */
/* Text written into a bounded buffer. */
#ifndef DRYAD_BASE_WRITER_H
#define DRYAD_BASE_WRITER_H

#include <stdbool.h>
#include <stddef.h>

/* Counts all bytes, and writes whole characters as long as everything so far has fit, leaving room for a NUL. Starts
   out zeroed except for `buffer` and `capacity` (both 0: only counts). */
typedef struct dryad_writer {
  char *buffer;
  size_t capacity;
  size_t needed, written; /* bytes */
  bool is_full;
} dryad_writer;

/* One character, or bytes that may only be cut off as a whole. */
void dryad_put(dryad_writer *w, const void *bytes, size_t length);
/* One-byte characters: all of them, or as many as fit. */
void dryad_put_ascii_bytes(dryad_writer *w, const char *text, size_t length);
void dryad_put_ascii(dryad_writer *w, const char *text);
/* At most 39 characters. */
void dryad_put_format(dryad_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
