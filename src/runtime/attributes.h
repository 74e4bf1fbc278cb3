/* SPDX-License-Identifier: MIT */
/* Attributes, keys and names of references, found by their text. */
#ifndef DRYAD_RUNTIME_ATTRIBUTES_H
#define DRYAD_RUNTIME_ATTRIBUTES_H

#include "runtime/runtime.h"

/* The text of an object that is a key: its value, or its name if it has no value; empty for anything else, and for a
   dangling id. */
dryad_text dryad_key_text(const dryad_graph *graph, dryad_id id);

/* What an object's first key or attribute of that text leads to; of an object without keys, its first reference of that
   name. DRYAD_NONE: there is none. May return a dangling id. O(its references). */
dryad_id dryad_attribute_find(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_text name);

#endif
