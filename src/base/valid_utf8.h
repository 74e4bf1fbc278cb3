/* SPDX-License-Identifier: MIT */
/* Text for strict readers of UTF-8: a lone surrogate becomes the six characters \udc80, and text that is not UTF-8 is
   read as Latin-1. */
#ifndef DRYAD_BASE_VALID_UTF8_H
#define DRYAD_BASE_VALID_UTF8_H

#include "base/buffer.h"

typedef enum dryad_text_encoding {
  DRYAD_ASCII,
  DRYAD_UTF8, /* with lone surrogates as three bytes each (base/utf8.h) */
  DRYAD_LATIN1
} dryad_text_encoding;

/* How the text is to be read. O(length). */
dryad_text_encoding dryad_encoding_of(dryad_text text);
/* Appends a text, or any whole characters of one with this encoding. Adds the number of lone surrogates to *escapes.
   False: no memory. */
bool dryad_put_valid_utf8(dryad_buffer *buffer, dryad_text text, dryad_text_encoding encoding, uint64_t *escapes);

#endif
