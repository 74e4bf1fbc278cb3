/* SPDX-License-Identifier: MIT */
/*
 * Which references of an object are keys and which their values. See runtime/runtime.h.
 *
 * A dict's references alternate key, value; a subclass's are followed by others (its attributes, its class, a default
 * factory). An instance's are name, value, ..., class; a module's the same without a class. An object that was not
 * collapsed has its own __dict__. Ambiguous objects are refused.
 */
#ifndef DRYAD_RUNTIME_PYTHON_DICT_ITEMS_H
#define DRYAD_RUNTIME_PYTHON_DICT_ITEMS_H

#include "runtime/python/types.h"

const char *dryad_python_dict_items_of(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                                       dryad_id id);
const char *dryad_python_dict_items_checked(dryad_dict_items *out, const dryad_graph *graph,
                                            const dryad_known_types *known, dryad_id id);

/* Which reference of a module or instance that was not collapsed leads to its __dict__; DRYAD_NO_POSITION: none. A
   module's comes after the references of its C state, or before them; an instance's only other reference is to its
   class. O(1). */
uint64_t dryad_own_dict(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);

/* Whether a key may be the name of an attribute: text, or not in the dump. */
bool dryad_may_be_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id key);
/* Whether the class is in the dump and has the name of the object's type. */
bool dryad_is_class_of(const dryad_graph *graph, dryad_id class, dryad_id id);

#endif
