/* SPDX-License-Identifier: MIT */
#include "special_sizes.h"

void dryad_special_sizes_clear(dryad_state *state)
{
  for (size_t i = 0; i < state->num_specials; i++) {
    Py_XDECREF(state->specials[i].type);
    Py_XDECREF(state->specials[i].function);
  }
  PyMem_Free(state->specials);
  state->specials = NULL;
  state->num_specials = 0;
}

bool dryad_special_sizes_add(dryad_state *state, PyObject *type, Py_ssize_t size, PyObject *function)
{
  dryad_special_size *specials = PyMem_Realloc(state->specials, (state->num_specials + 1) * sizeof *specials);
  if (specials == NULL) {
    PyErr_NoMemory();
    return false;
  }
  Py_INCREF(type);
  Py_XINCREF(function);
  state->specials = specials;
  state->specials[state->num_specials++] = (dryad_special_size){type, size, function};
  return true;
}
