/* SPDX-License-Identifier: MIT */
/* Objects by what people remember of them: part of the name of their class, of their own name, or of their value. */
#ifndef DRYAD_ANALYSIS_TEXT_SEARCH_H
#define DRYAD_ANALYSIS_TEXT_SEARCH_H

#include "runtime/classes.h"

typedef struct dryad_sought_text {
  dryad_text text; /* letters of ASCII match in either case */
  /* The number that the text is, if it is one: it is found as a value, not as part of one. */
  bool is_integer, is_real;
  int64_t integer;
  double real;
} dryad_sought_text;

/* Whether a text contains another one, in which letters of ASCII match in either case. O(text * part). */
bool dryad_text_contains(dryad_text text, dryad_text part);

/*
 * The ids of `from` (from.ids NULL: the first from.count objects) whose class, name or value has the text, in order;
 * never dangling ids. *out is a block of *out_count ids from the graph's allocator. O(from + bytes of their texts).
 * Scratch: a byte for each class.
 */
dryad_status dryad_ids_with_text(const dryad_classes *classes, dryad_ids from, const dryad_sought_text *sought,
                                 dryad_id **out, uint64_t *out_count, dryad_progress progress, dryad_error *error);

#endif
