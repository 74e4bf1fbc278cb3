/* SPDX-License-Identifier: MIT */
/* An object whose references are to be named, as the rules for built-in types see it. */
#ifndef DRYAD_RUNTIME_PYTHON_OWNER_H
#define DRYAD_RUNTIME_PYTHON_OWNER_H

#include "runtime/python/types.h"

typedef struct dryad_owner {
  const dryad_graph *graph;
  const dryad_known_types *known;
  dryad_id id;
  dryad_ids refs;
} dryad_owner;

/* Whether the reference at this position, if there is one, leads to an object of this type. */
static inline bool dryad_owner_has(const dryad_owner *o, uint64_t position, dryad_python_type type)
{
  return position < o->refs.count && dryad_python_is(o->graph, o->known, o->refs.ids[position], type);
}

/* Whether it leads to the dict of a module, or to the module that it was folded into. */
static inline bool dryad_owner_has_namespace(const dryad_owner *o, uint64_t position)
{
  return dryad_owner_has(o, position, DRYAD_PY_DICT) || dryad_owner_has(o, position, DRYAD_PY_MODULE);
}

/* Whether the dump itself names the reference. */
static inline bool dryad_owner_is_named(const dryad_owner *o, uint64_t position)
{
  return dryad_graph_ref_name(o->graph, o->id, position).data != NULL;
}

/* The owner without its class, if that is its first reference, as CPython visits it, or its last one, as Dryad writes
   it. Moves *position along; DRYAD_NO_POSITION: it was the class's. */
dryad_owner dryad_owner_without_class(const dryad_owner *o, uint64_t *position);

#endif
