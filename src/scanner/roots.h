/* SPDX-License-Identifier: MIT */
/* The objects that an interpreter itself holds, each with the reason: its modules, its builtins, functions for atexit,
 * signal handlers, and "interpreter" for the rest (codecs, warnings, hooks, the import system, caches of objects). If
 * it holds them in structures that are not objects, those in there are the roots. Threads are not among them.
 *
 * Not every CPython keeps all of this where it can be found. What is missing is counted as held by C code (refcount.h).
 */
#ifndef DRYAD_SCANNER_ROOTS_H
#define DRYAD_SCANNER_ROOTS_H

#include "seen.h"
#include "state.h"

/* A hash table by address. All zero is an empty one. */
typedef struct dryad_roots {
  uintptr_t *table;
  size_t table_size, count; /* the size is a power of two */
  bool failed;              /* memory ran out for a root */
} dryad_roots;

void dryad_roots_deinit(dryad_roots *roots);

/* Adds the roots of an interpreter. Those that are not `known` objects are left out: the interpreter's structures may
 * hold other things, and a release of Python may have fields elsewhere. Runs no Python code, and creates no object. */
void dryad_roots_find(dryad_roots *roots, const dryad_seen *known, const void *interpreter);

/* Why an object is a root; NULL if it is not. Costs a look into the table. */
const char *dryad_roots_reason(const dryad_roots *roots, const PyObject *object);

#endif
