/* SPDX-License-Identifier: MIT */
/*
 * Edge labels: what a reference is called, as a Python user would write it.
 *
 * All functions take an object that is there (id < count) and positions from 0, below its number of references;
 * `known` are the types of the graph. What a reference leads to may be dangling.
 */
#ifndef DRYAD_RUNTIME_PYTHON_EDGE_H
#define DRYAD_RUNTIME_PYTHON_EDGE_H

#include "runtime/python/known_types.h"
#include "runtime/python/python_text.h"

typedef enum dryad_edge_kind {
  DRYAD_EDGE_REF,       /* [ref 4]: cannot be told; also for keys and names of attributes themselves */
  DRYAD_EDGE_ATTRIBUTE, /* .name of an instance or module */
  DRYAD_EDGE_KEY,       /* ['key'], [7]: of a dict, or of an instance of a subclass */
  DRYAD_EDGE_ITEM,      /* [3]: of a list, a tuple, or an instance of a subclass */
  DRYAD_EDGE_CLASS,     /* (class) */
  DRYAD_EDGE_NAMED      /* .__globals__: what every object of a built-in type has, and __dict__ */
} dryad_edge_kind;

typedef struct dryad_edge {
  dryad_edge_kind kind;
  dryad_id key;     /* ATTRIBUTE: the text that is its name; KEY: may be dangling */
  uint64_t index;   /* ITEM: from 0; REF: from 1 */
  const char *name; /* NAMED: a static string, without the dot */
} dryad_edge;

/* O(1), but for a tuple that a function refers to: O(its references). */
dryad_edge dryad_edge_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, uint64_t position);

/* The position of the first reference from parent to child that is called something, else of the first one;
   DRYAD_NO_POSITION (runtime/python/dict_items.h) when there is none. O(references of the parent). */
uint64_t dryad_edge_between(const dryad_graph *graph, const dryad_known_types *known, dryad_id parent, dryad_id child);

/* What edges are put together by: equal for attributes of one name, for any two items, for any two keys. */
uint64_t dryad_edge_class(const dryad_graph *graph, const dryad_edge *edge);

/* Writes the label as UTF-8 without control characters: all of it, or as many whole characters as fit, and a NUL.
   Returns the length of all of it, in bytes without the NUL; `buffer` may be NULL when `capacity` is 0. */
size_t dryad_edge_text(char *buffer, size_t capacity, const dryad_graph *graph, const dryad_known_types *known,
                       const dryad_edge *edge);

/* The same for one who has a writer. */
void dryad_edge_write(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known,
                      const dryad_edge *edge);

#endif
