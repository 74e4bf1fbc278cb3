/* SPDX-License-Identifier: MIT */
/* The facts that a dump states of its process: the JSON text of an object. */
#ifndef DRYAD_HEAP_FACTS_H
#define DRYAD_HEAP_FACTS_H

#include "dryad.h"
#include "scanner/shared/siphash.h"

/* Replaces escapes of lone surrogates, with which Python writes bytes that are no UTF-8, by those of U+FFFD: a parser
   may refuse them. The length stays. O(length). */
void dryad_facts_mend(char *text, size_t length);

/* NULL, or why a text cannot be facts. O(length). */
const char *dryad_facts_problem(dryad_text facts);

/* Facts without contents: a NUL-terminated text from the allocator in which each string is replaced by its keyed hash,
   unless it is known to be harmless, such as a version or a time. */
dryad_status dryad_facts_redacted(char **out, dryad_text facts, const uint8_t key[DRYAD_SIPHASH_KEY],
                                  const dryad_allocator *allocator, dryad_error *error);

#endif
