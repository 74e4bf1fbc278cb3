/* SPDX-License-Identifier: MIT */
/* Well-formed UTF-8, where the three bytes of a lone surrogate count as well-formed. */
#ifndef DRYAD_BASE_UTF8_H
#define DRYAD_BASE_UTF8_H

#include "dryad.h"

/* The number of bytes of the well-formed sequence at `p`; of the maximal subpart, and *valid false, when it is
   ill-formed. */
unsigned dryad_utf8_sequence(const unsigned char *p, const unsigned char *end, bool *valid);
/* Whether all of a text is well-formed. */
bool dryad_utf8_is_valid(dryad_text text);
/* The code point of a well-formed sequence. */
uint32_t dryad_utf8_code_point(const unsigned char *p, unsigned length);
static inline bool dryad_utf8_is_surrogate(uint32_t point) { return point >= 0xd800 && point < 0xe000; }

#define DRYAD_LONGEST_IDENTIFIER ((size_t)1024) /* bytes; longer text is no name */

/* Whether the text can be a name in Python, as far as that can be told without tables: beyond ASCII any character
   from U+00AA on is taken for a letter. */
bool dryad_utf8_is_identifier(dryad_text text);

#endif
