/* SPDX-License-Identifier: MIT */
/* The facts that a dump states of its process: the JSON text of an object. */
#ifndef DRYAD_HEAP_FACTS_H
#define DRYAD_HEAP_FACTS_H

#include "base/buffer.h"
#include "dryad.h"
#include "scanner/shared/siphash.h"

/* Replaces escapes of lone surrogates, with which Python writes bytes that are no UTF-8, by those of U+FFFD: a parser
   may refuse them. The length stays. O(length). */
void dryad_facts_mend(char *text, size_t length);

/* NULL, or why a text cannot be facts. O(length). */
const char *dryad_facts_problem(dryad_text facts);

/* Appends facts without contents: each string is replaced by its keyed hash, unless it is known to be harmless, such as
   a version or a time. The rest, numbers too, stays as it is written. Needs facts without a problem. False: no memory,
   and part of the facts may have been appended. O(length). */
bool dryad_facts_redact(dryad_buffer *out, dryad_text facts, const uint8_t key[DRYAD_SIPHASH_KEY]);

#endif
