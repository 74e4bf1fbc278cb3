/* SPDX-License-Identifier: MIT */
/*
 * Tolerant reading of JSON strings: first find the end, then decode only those that are needed and not plain ASCII.
 *
 * Decoding never fails on content. Invalid input becomes U+FFFD (three bytes), and is reported:
 *   - a control character below 0x20, NUL too: one for each;
 *   - an invalid escape: one for the backslash and the character after it (of `\u12G4` the `12G4` stays);
 *   - ill-formed UTF-8: one for each maximal subpart (Unicode 15, section 3.9, U+FFFD substitution), where
 *     three-byte surrogates count as well-formed.
 * Surrogate pairs combine, however each half is written; a lone surrogate is kept as its three bytes.
 */
#ifndef DRYAD_FORMATS_JSON_JSON_STRING_H
#define DRYAD_FORMATS_JSON_JSON_STRING_H

#include "formats/json/scan.h"
#include "formats/json/scratch.h"

/* The top bit of each byte that equals `c`. Like the next, exact up to the first byte marked. */
static inline uint64_t dryad_json_equal(uint64_t word, unsigned char c)
{
  uint64_t difference = word ^ (DRYAD_EACH_BYTE * c);
  return (difference - DRYAD_EACH_BYTE) & ~difference & DRYAD_HIGH_BITS;
}
/* The top bit of each byte that is a control character or not ASCII. */
static inline uint64_t dryad_json_unusual(uint64_t word)
{
  return (word | (word - DRYAD_EACH_BYTE * 0x20)) & DRYAD_HIGH_BITS;
}
/* The index of the first byte marked. */
static inline unsigned dryad_json_first(uint64_t marks) { return (unsigned)__builtin_ctzll(marks) >> 3; }

/* The bytes between the quotes. */
typedef struct dryad_json_span {
  const unsigned char *start;
  size_t length;
  bool plain; /* printable ASCII without escapes: it is its own decoded form */
} dryad_json_span;

/* The closing quote of the string whose first byte is at `p`, or NULL when there is none before `end`. */
const unsigned char *dryad_json_string_end(const unsigned char *p, const unsigned char *end, bool *plain);

/* Decoded forms, appended to scratch->text (which may move; hence offsets). */
typedef struct dryad_json_decoded {
  size_t offset, length;
  bool differ;         /* the form as bytes is different */
  const char *problem; /* the first repair; NULL: none */
} dryad_json_decoded;

/* Decodes as text or, with `as_bytes`, as bytes: escapes \u0000-\u00ff give one byte, and raw bytes
   from 0x80 on stay as they are. False: no memory. O(length). */
bool dryad_json_decode(dryad_json_decoded *out, dryad_json_span span, bool as_bytes, dryad_json_scratch *scratch);

#endif
