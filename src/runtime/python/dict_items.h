/* SPDX-License-Identifier: MIT */
/*
 * Which references of an object are keys and which their values.
 *
 * A dict's references alternate key, value; a subclass's are followed by others (its attributes, its
 * class, a default factory). An instance's are name, value, ..., class; a module's the same without a class.
 * What was not collapsed has a __dict__ of its own. What cannot be told is refused.
 */
#ifndef DRYAD_RUNTIME_PYTHON_DICT_ITEMS_H
#define DRYAD_RUNTIME_PYTHON_DICT_ITEMS_H

#include "runtime/python/known_types.h"

typedef enum dryad_dict_items_kind {
  DRYAD_DICT_ITEMS_ITEMS, /* keys of any kind */
  DRYAD_DICT_ITEMS_INSTANCE,
  DRYAD_DICT_ITEMS_MODULE
} dryad_dict_items_kind;

typedef struct dryad_dict_items {
  dryad_dict_items_kind kind;
  const dryad_id *refs; /* uint32_t[2 * count]: key, value, key, value, ...; part of the graph */
  uint64_t count;
} dryad_dict_items;

/* NULL, or what is wrong with the object, as the end of a sentence: it is no dict, module or instance, or its
   dict has values only. Takes any id. What an instance's keys are is not looked at. O(1). */
const char *dryad_dict_items_of(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                                dryad_id id);
/* The same, and all keys of an instance are names. O(pairs). */
const char *dryad_dict_items_checked(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                                     dryad_id id);

/* Which reference of a module or instance that was not collapsed leads to its __dict__, from 0; DRYAD_NO_POSITION:
   there is none. A module's follows what its C code keeps; an instance's only other reference is to its class.
   Takes an object that is there. O(1). */
#define DRYAD_NO_POSITION UINT64_MAX
uint64_t dryad_own_dict(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);

/* Whether a key may be an attribute's name: text, or not dumped. */
bool dryad_may_be_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id key);
/* Whether the class is there and called as the object's type is. */
bool dryad_is_class_of(const dryad_graph *graph, dryad_id class, dryad_id id);

#endif
