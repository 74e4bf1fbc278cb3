/* SPDX-License-Identifier: MIT */
/* Writing objects as dump lines in the canonical layout: ASCII only, keys in Meliae's order. */
#ifndef DRYAD_FORMATS_MELIAE_WRITE_H
#define DRYAD_FORMATS_MELIAE_WRITE_H

#include "base/buffer.h"
#include "base/siphash.h"

/* Appends one object as a line without a newline, valid JSON that loads back equal; `python` (2 or 3)
   says whether the values of "str" objects are bytes (each written as one escape) or text. */
dryad_status dryad_meliae_write_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python,
                                       dryad_error *error);

/* The same without contents: each value is replaced by the text of its keyed hash, so equal values of a dump stay
   equal. Null stays, and so does a frame's value, which is a function's name. */
dryad_status dryad_meliae_write_redacted(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python,
                                         const uint8_t key[DRYAD_SIPHASH_KEY], dryad_error *error);

#endif
