/* SPDX-License-Identifier: MIT */
/* Well-formed UTF-8, where the three bytes of a lone surrogate count as well-formed. */
#ifndef DRYAD_BASE_UTF8_H
#define DRYAD_BASE_UTF8_H

#include "dryad.h"

/* The length in bytes of the sequence at `p`; if that is ill-formed, *valid is false and the length is its maximal
   subpart's. */
unsigned dryad_utf8_sequence(const unsigned char *p, const unsigned char *end, bool *valid);
/* Whether all of a text is well-formed. */
bool dryad_utf8_is_valid(dryad_text text);
/* The code point of a well-formed sequence. */
uint32_t dryad_utf8_code_point(const unsigned char *p, unsigned length);
static inline bool dryad_utf8_is_surrogate(uint32_t point) { return point >= 0xd800 && point < 0xe000; }

#define DRYAD_LONGEST_IDENTIFIER ((size_t)1024) /* bytes; longer text is not a name */

/* Whether the text can be a Python identifier. Without Unicode tables, any character from U+00AA on counts as a
   letter. */
bool dryad_utf8_is_identifier(dryad_text text);

#endif
