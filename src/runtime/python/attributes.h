/* SPDX-License-Identifier: MIT */
/* Attributes of modules, dicts of classes and instances, by name. */
#ifndef DRYAD_RUNTIME_PYTHON_ATTRIBUTES_H
#define DRYAD_RUNTIME_PYTHON_ATTRIBUTES_H

#include "runtime/python/types.h"

/* The value of an attribute, or of a text key of a dict; it may be dangling. DRYAD_NONE: none that the dump tells.
   O(references). */
dryad_id dryad_python_attribute(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                const char *name);
/* The text of an attribute that is a str; .data NULL: no such attribute, or of another kind. */
dryad_text dryad_python_attribute_text(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                       const char *name);

#endif
