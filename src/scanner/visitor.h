/* SPDX-License-Identifier: MIT */
/* Visits references, with the names that an object has for them. */
#ifndef DRYAD_SCANNER_VISITOR_H
#define DRYAD_SCANNER_VISITOR_H

#include "api.h"

/* A running frame or a generator's, which may have no frame object (CPython 3.11 and newer only). */
typedef struct dryad_frame dryad_frame;

/* What an object itself calls one of its references: a C string, or a str of the program. Neither: its position or key
 * tells. */
typedef struct dryad_reference_name {
  const char *text;
  PyObject *object;
} dryad_reference_name;

typedef struct dryad_visitor {
  visitproc visit;
  int (*frame)(const dryad_frame *frame, void *context); /* a running frame that has no object */
  void *context;
  dryad_reference_name name; /* of the reference that is being visited; only for the two functions to read */
} dryad_visitor;

/* Visits an object, unless it is NULL, under a name. */
static inline int dryad_visit_named(dryad_visitor *visitor, dryad_reference_name name, PyObject *object)
{
  if (object == NULL) return 0;
  visitor->name = name;
  int result = visitor->visit(object, visitor->context);
  visitor->name = (dryad_reference_name){0};
  return result;
}

/* For functions that have `visitor` in scope and return what ends a visit. */

#define TRY(call)                                                                                                      \
  do {                                                                                                                 \
    int result_ = (call);                                                                                              \
    if (result_ != 0) return result_;                                                                                  \
  } while (0)

#define VISIT(object)                                                                                                  \
  do {                                                                                                                 \
    PyObject *visited_ = (object);                                                                                     \
    if (visited_ != NULL) TRY(visitor->visit(visited_, visitor->context));                                             \
  } while (0)

/* With the name by which the object itself knows the reference. */
#define VISIT_NAMED(called, object) TRY(dryad_visit_named(visitor, (dryad_reference_name){.text = (called)}, (object)))

#endif
