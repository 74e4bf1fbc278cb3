/* SPDX-License-Identifier: MIT */
/* What functions that visit objects have in common: `visit` and `context` in their scope. */
#ifndef DRYAD_SCANNER_VISIT_H
#define DRYAD_SCANNER_VISIT_H

/* Visits an object unless it is NULL, and returns from the function when that ends the visit. */
#define DRYAD_VISIT(object)                                                                                            \
  do {                                                                                                                 \
    PyObject *visited_ = (object);                                                                                     \
    int result_ = visited_ != NULL ? visit(visited_, context) : 0;                                                     \
    if (result_ != 0) return result_;                                                                                  \
  } while (0)

#endif
