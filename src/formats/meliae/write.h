/* SPDX-License-Identifier: MIT */
/* Writing objects as dump lines in the canonical layout: ASCII only, keys in the order of Meliae and Dryad's own
   scanner. */
#ifndef DRYAD_FORMATS_MELIAE_WRITE_H
#define DRYAD_FORMATS_MELIAE_WRITE_H

#include "analysis/roots.h"
#include "base/buffer.h"
#include "scanner/shared/siphash.h"

/* How to write the objects of a graph. */
typedef struct dryad_meliae_style {
  int python;               /* 2 or 3: whether values of "str" objects are bytes (each written as one escape) or text */
  const uint8_t *key;       /* DRYAD_SIPHASH_KEY bytes: contents are left out, see below; NULL: they stay */
  const dryad_roots *roots; /* the roots to write; NULL: as the dump says */
  const dryad_bits *uncounted; /* by id: objects to be written without their reference count; NULL: none */
} dryad_meliae_style;

/* Appends one object as a line without a newline, valid JSON that loads back equal.
 *
 * With a key, each value is replaced by the text of its keyed hash, so equal values of a dump stay equal. Null stays,
 * and so does a frame's value, which is a function's name. Names, files and allocation sites stay. */
dryad_status dryad_meliae_write_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id,
                                       const dryad_meliae_style *style, dryad_error *error);

#endif
