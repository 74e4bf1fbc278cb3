/* SPDX-License-Identifier: MIT */
/* The facts that a dump states of its process: the JSON text of an object. */
#ifndef DRYAD_HEAP_FACTS_H
#define DRYAD_HEAP_FACTS_H

#include "dryad.h"

/* NULL, or why a text cannot be facts. O(length). */
const char *dryad_facts_problem(dryad_text facts);

#endif
