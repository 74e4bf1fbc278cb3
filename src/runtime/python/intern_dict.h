/* SPDX-License-Identifier: MIT */
/* The dict of interned strings. See runtime/runtime.h. */
#ifndef DRYAD_RUNTIME_PYTHON_INTERN_DICT_H
#define DRYAD_RUNTIME_PYTHON_INTERN_DICT_H

#include "runtime/runtime.h"

dryad_id dryad_python_intern_dict(const dryad_graph *graph, const dryad_known_types *known);

#endif
