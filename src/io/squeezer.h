/* SPDX-License-Identifier: MIT */
/*
 * Shortens a line of JSON while it is read, so that whoever reads it need not hold what nobody keeps. A reader that
 * keeps max_text bytes of a text gets the same from the shortened line:
 *   - of a string, at least max_text + 1 decoded bytes stay, then the rest is left out;
 *   - of a number, max_text + 1 characters stay; further digits are left out, anything else becomes one `?`;
 *   - of white space outside of strings, the first byte of each run stays;
 *   - arrays and objects at the third level (the object on the line is the first) are emptied;
 *   - before and after the object on the line, 64 bytes stay.
 * References and keys stay: a line is as long as they are.
 */
#ifndef DRYAD_IO_SQUEEZER_H
#define DRYAD_IO_SQUEEZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dryad_squeezer {
  size_t max_text;   /* at least 20, or a number beyond 64 bits could become another one */
  uint64_t left_out; /* bytes of strings and numbers so far */
  enum { DRYAD_SQUEEZE_BEFORE, DRYAD_SQUEEZE_INSIDE, DRYAD_SQUEEZE_AFTER } place;
  uint64_t depth; /* open arrays and objects */
  size_t edge;    /* bytes before or after the object */
  bool is_in_string, is_escaped, is_after_space;
  unsigned hex_digits;    /* that may still belong to an escape */
  unsigned continuations; /* of UTF-8, in a row */
  size_t length;          /* of the string or number: a lower bound of its decoded bytes */
  bool is_broken;         /* the number goes on with something else */
} dryad_squeezer;

void dryad_squeezer_init(dryad_squeezer *squeezer, size_t max_text);
/* Shortens the next bytes of the line, which has no newline, in place; returns how many are left. O(length). */
size_t dryad_squeezer_shorten(dryad_squeezer *squeezer, char *bytes, size_t length);

#endif
