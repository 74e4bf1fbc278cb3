/* SPDX-License-Identifier: MIT */
/* What Meliae calls expensive: references to modules, frames and types, a function's globals and module, sideways
   links of an LRU cache. See runtime/runtime.h. */
#ifndef DRYAD_RUNTIME_PYTHON_EXPENSIVE_REFS_H
#define DRYAD_RUNTIME_PYTHON_EXPENSIVE_REFS_H

#include "runtime/runtime.h"

void dryad_python_drop_expensive(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                 dryad_ids children, bool *keep);

#endif
