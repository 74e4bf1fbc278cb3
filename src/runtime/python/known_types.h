/* SPDX-License-Identifier: MIT */
/* The built-in types that algorithms ask for by name, and what is asked of objects with them. */
#ifndef DRYAD_RUNTIME_PYTHON_KNOWN_TYPES_H
#define DRYAD_RUNTIME_PYTHON_KNOWN_TYPES_H

#include "graph/graph.h"

/* Type ids of one graph, DRYAD_NONE for a type that it does not have: compare them by dryad_is, for which a
   dangling reference is of no type. */
typedef struct dryad_known_types {
  uint32_t boolean, integer, long_integer, real, str, unicode, bytes, none;
  uint32_t dict, list, tuple, module, type, classobj;
  uint32_t function, method, instancemethod, code, cell, frame;
  uint32_t lru_node;
} dryad_known_types;

/* O(types). */
void dryad_known_types_init(dryad_known_types *known, const dryad_graph *graph);

/* Whether the object is there and of this type. */
static inline bool dryad_is(const dryad_graph *graph, dryad_id id, uint32_t type)
{
  return id < graph->count && dryad_types(graph)[id] == type;
}

/* 1 or 0 for a bool, however the dump writes its value; -1 for anything else. */
int dryad_truth(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);

#endif
