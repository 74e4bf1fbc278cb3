/* SPDX-License-Identifier: MIT */
/* Names of the references of built-in objects with a few fields, from the order in which CPython visits them. */
#ifndef DRYAD_RUNTIME_PYTHON_FIELD_EDGE_H
#define DRYAD_RUNTIME_PYTHON_FIELD_EDGE_H

#include "runtime/python/owner.h"

/* The attribute of a reference, a static string; NULL: unknown, as where an instance of a class with the same name is
   not what the built-in type has. O(1). */
const char *dryad_field_edge(const dryad_owner *o, uint64_t position);

#endif
