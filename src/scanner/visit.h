/* SPDX-License-Identifier: MIT */
/* For functions that visit objects and have `visit` and `context` in scope. */
#ifndef DRYAD_SCANNER_VISIT_H
#define DRYAD_SCANNER_VISIT_H

/* Visits an object unless it is NULL, and returns from the function if that ends the visit. */
#define DRYAD_VISIT(object)                                                                                            \
  do {                                                                                                                 \
    PyObject *visited_ = (object);                                                                                     \
    int result_ = visited_ != NULL ? visit(visited_, context) : 0;                                                     \
    if (result_ != 0) return result_;                                                                                  \
  } while (0)

#endif
