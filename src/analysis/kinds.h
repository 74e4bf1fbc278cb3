/* SPDX-License-Identifier: MIT */
/*
 * Numbers for the kinds of objects in a graph, by which they are counted. Objects made from one definition (closures of
 * one function, generators that run one, versions of one class) are a kind, and so are all other objects of a class.
 */
#ifndef DRYAD_ANALYSIS_KINDS_H
#define DRYAD_ANALYSIS_KINDS_H

#include "base/memory.h"
#include "runtime/classes.h"

typedef struct dryad_kind {
  dryad_id first; /* the first object of the kind */
  uint32_t class; /* of its objects */
  uint32_t count; /* objects */
  bool is_defined;
  bool is_common; /* of a built-in class or a container of the library, such as dict, and not made from a definition */
} dryad_kind;

typedef struct dryad_kinds {
  const dryad_allocator *allocator;
  uint32_t objects, count;
  uint32_t *numbers;  /* by id; a block of `objects` */
  dryad_column kinds; /* dryad_kind[count] */
} dryad_kinds;

/* Whether a class is built in, or a container of the library, judged by one of its objects. */
bool dryad_class_is_common(const dryad_classes *classes, uint32_t class, dryad_id id);

/* O(objects + references of those with definitions). */
dryad_status dryad_kinds_init(dryad_kinds *kinds, const dryad_graph *graph, const dryad_classes *classes,
                              dryad_progress progress, dryad_error *error);
void dryad_kinds_deinit(dryad_kinds *kinds); /* all zero is allowed */

static inline const dryad_kind *dryad_kind_at(const dryad_kinds *kinds, uint32_t number)
{
  DRYAD_ASSERT(number < kinds->count);
  return &((const dryad_kind *)kinds->kinds.data)[number];
}

#endif
