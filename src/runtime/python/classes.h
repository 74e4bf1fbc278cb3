/* SPDX-License-Identifier: MIT */
/* Which objects are classes, what they are called, and whose class they are. See runtime/runtime.h. */
#ifndef DRYAD_RUNTIME_PYTHON_CLASSES_H
#define DRYAD_RUNTIME_PYTHON_CLASSES_H

#include "runtime/python/types.h"

bool dryad_python_is_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
dryad_qualified_name dryad_python_class_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id class);
dryad_id dryad_python_class_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);

#endif
