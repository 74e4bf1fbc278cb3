/* SPDX-License-Identifier: MIT */
/* The definitions that functions, frames, generators and coroutines are made from: their code objects, else their
   names. See runtime/runtime.h. */
#ifndef DRYAD_RUNTIME_PYTHON_DEFINITIONS_H
#define DRYAD_RUNTIME_PYTHON_DEFINITIONS_H

#include "runtime/python/types.h"

bool dryad_python_has_definitions(const dryad_known_types *known, uint32_t type);
uint64_t dryad_python_definition_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);

#endif
