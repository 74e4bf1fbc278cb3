#include "state.h"

bool dryad_state_init(dryad_state *state)
{
  *state = (dryad_state){0};
  state->sizeof_name = PyUnicode_InternFromString("__sizeof__");
  state->dict_name = PyUnicode_InternFromString("__dict__");
  if (state->sizeof_name == NULL || state->dict_name == NULL) return false;
  state->object_sizeof = _PyType_Lookup(&PyBaseObject_Type, state->sizeof_name);
  state->list_sizeof = _PyType_Lookup(&PyList_Type, state->sizeof_name);
  state->dict_sizeof = _PyType_Lookup(&PyDict_Type, state->sizeof_name);
  state->str_sizeof = _PyType_Lookup(&PyUnicode_Type, state->sizeof_name);
  PyObject *probe = PyObject_CallFunction((PyObject *)&PyType_Type, "s(){}", "probe");
  if (probe == NULL) return false;
  state->instance_traverse = ((PyTypeObject *)probe)->tp_traverse;
  Py_DECREF(probe);
  return true;
}

void dryad_state_deinit(dryad_state *state)
{
  for (size_t i = 0; i < state->num_specials; i++) {
    Py_XDECREF(state->specials[i].type);
    Py_XDECREF(state->specials[i].function);
  }
  PyMem_Free(state->specials);
  Py_XDECREF(state->sizeof_name);
  Py_XDECREF(state->dict_name);
  *state = (dryad_state){0};
}

bool dryad_state_add_special(dryad_state *state, PyObject *type, Py_ssize_t size, PyObject *function)
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

const dryad_special_size *dryad_state_special(const dryad_state *state, PyTypeObject *type)
{
  for (size_t i = state->num_specials; i-- > 0;) {
    PyObject *given = state->specials[i].type;
    if (given == (PyObject *)type ||
        (PyUnicode_Check(given) && PyUnicode_CompareWithASCIIString(given, type->tp_name) == 0))
      return &state->specials[i];
  }
  return NULL;
}
