/* SPDX-License-Identifier: MIT */
/* A scan's knowledge of its Python. It creates nothing: all of this already exists. */
#ifndef DRYAD_SCANNER_STATE_H
#define DRYAD_SCANNER_STATE_H

#include "objects.h"

/* A size that __sizeof__ does not know, for a type or for all types of a name. */
typedef struct dryad_special_size {
  PyObject *type;     /* a type, or its name as a str */
  Py_ssize_t size;    /* bytes, when there is no function */
  PyObject *function; /* called with the object, or NULL */
} dryad_special_size;

typedef struct dryad_state {
  PyObject *dict_name, *sizeof_name; /* "__dict__" and "__sizeof__"; borrowed like all the others */
  /* The __sizeof__ of these types. */
  PyObject *object_sizeof, *int_sizeof, *list_sizeof, *dict_sizeof, *str_sizeof, *set_sizeof, *frozenset_sizeof,
      *type_sizeof;
  traverseproc instance_traverse; /* tp_traverse of classes created in Python */
  dryad_special_size *specials;
  size_t num_specials;
} dryad_state;

/* Needs the GIL. False if something that every Python has is missing, so that nothing can be scanned. */
bool dryad_state_init(dryad_state *state);

/* The special size of a type, or NULL. The last one added counts. */
const dryad_special_size *dryad_state_special(const dryad_state *state, const PyTypeObject *type);

#endif
