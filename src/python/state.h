/* What the scanner keeps between calls, made once: nothing of it is made while scanning. */
#ifndef DRYAD_PYTHON_STATE_H
#define DRYAD_PYTHON_STATE_H

#include "versions.h"

/* A size that __sizeof__ does not know, for a type or for all types of a name. */
typedef struct dryad_special_size {
  PyObject *type;     /* a type, or its name as a str */
  Py_ssize_t size;    /* bytes, when there is no function */
  PyObject *function; /* called with the object, or NULL */
} dryad_special_size;

typedef struct dryad_state {
  PyObject *sizeof_name, *dict_name; /* "__sizeof__", "__dict__" */
  PyObject *object_sizeof;           /* what object, list, dict and str have under the name __sizeof__: borrowed */
  PyObject *list_sizeof, *dict_sizeof, *str_sizeof;
  traverseproc instance_traverse; /* tp_traverse of classes made in Python */
  dryad_special_size *specials;
  size_t num_specials;
} dryad_state;

/* Both want the GIL; init returns false with a Python exception set. */
bool dryad_state_init(dryad_state *state);
void dryad_state_deinit(dryad_state *state);

/* Sets the special size of a type; true when it is known from now on, else a Python exception is set. */
bool dryad_state_add_special(dryad_state *state, PyObject *type, Py_ssize_t size, PyObject *function);

/* The special size of a type, or NULL. The last one that was added counts. */
const dryad_special_size *dryad_state_special(const dryad_state *state, PyTypeObject *type);

#endif
