/* SPDX-License-Identifier: MIT */
/* Names of the references of functions. */
#ifndef DRYAD_RUNTIME_PYTHON_FUNCTION_EDGE_H
#define DRYAD_RUNTIME_PYTHON_FUNCTION_EDGE_H

#include "runtime/python/owner.h"

/* The attribute of a function's reference, a static string; NULL: unknown. */
const char *dryad_function_edge(const dryad_owner *o, uint64_t position);

#endif
