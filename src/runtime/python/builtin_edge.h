/* SPDX-License-Identifier: MIT */
/* Names of references of built-in types, from the order in which CPython visits them. */
#ifndef DRYAD_RUNTIME_PYTHON_BUILTIN_EDGE_H
#define DRYAD_RUNTIME_PYTHON_BUILTIN_EDGE_H

#include "runtime/python/types.h"

/* Sets *name to the attribute or variable of the reference, static or the graph's text; .data NULL: unknown. False:
   neither the type of the object nor the reference is known here. Otherwise like dryad_python_edge_of. */
bool dryad_builtin_edge(dryad_text *name, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                        uint64_t position);

/* Whether an object is a class whose type is a metaclass, not `type`. O(1). */
bool dryad_is_class_of_metaclass(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);

/* Whether a class is a subclass of list or tuple, as far as its base classes are in the dump; true for a class dumped
   without references. */
bool dryad_may_be_sequence_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id class);

#endif
