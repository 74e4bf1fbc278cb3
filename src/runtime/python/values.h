/* SPDX-License-Identifier: MIT */
/* What values in a dump mean to Python. See runtime/runtime.h. */
#ifndef DRYAD_RUNTIME_PYTHON_VALUES_H
#define DRYAD_RUNTIME_PYTHON_VALUES_H

#include "runtime/runtime.h"

dryad_meaning dryad_python_meaning_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
bool dryad_python_is_bytes_type(dryad_text type, int version);

#endif
