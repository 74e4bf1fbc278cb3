#include "sizes.h"

static size_t basic_size(const dryad_kind *kind, PyObject *object)
{
  Py_ssize_t size = kind->type->tp_basicsize, items = 0;
  if (kind->shape == DRYAD_SHAPE_INT) {
    size_t digits;
    bool negative;
    dryad_int_digits(object, &digits, &negative);
    items = (Py_ssize_t)digits;
  } else if (kind->type->tp_itemsize > 0) {
    items = Py_SIZE(object);
  }
  return (size_t)(size + items * kind->type->tp_itemsize);
}

static size_t list_size(const dryad_kind *kind, PyObject *object)
{
  return (size_t)kind->type->tp_basicsize + (size_t)((PyListObject *)object)->allocated * sizeof(PyObject *);
}

/* The size that an int says, or that by type where there is an error. */
static size_t taken_size(const dryad_kind *kind, PyObject *object, PyObject *result)
{
  Py_ssize_t size = result != NULL ? PyNumber_AsSsize_t(result, PyExc_OverflowError) : -1;
  Py_XDECREF(result);
  if (size < 0) PyErr_Clear();
  return size < 0 ? basic_size(kind, object) : (size_t)size;
}

/* Nearly all strings are compact ASCII without a second form. */
static size_t str_size(const dryad_kind *kind, PyObject *object)
{
  if (PyUnicode_CheckExact(object) && PyUnicode_IS_COMPACT_ASCII(object))
    return sizeof(PyASCIIObject) + (size_t)PyUnicode_GET_LENGTH(object) + 1;
  return taken_size(kind, object, kind->size_method(object, NULL));
}

size_t dryad_size_of(const dryad_kind *kind, PyObject *object)
{
  size_t size = kind->has_dict ? dryad_instance_values_size(object) : 0;
  switch (kind->sizing) {
  case DRYAD_SIZING_BASIC:
  case DRYAD_SIZING_PYTHON: size += basic_size(kind, object); break;
  case DRYAD_SIZING_LIST: size += list_size(kind, object); break;
  case DRYAD_SIZING_DICT: size += dryad_dict_size(object); break;
  case DRYAD_SIZING_STR: size += str_size(kind, object); break;
  case DRYAD_SIZING_C: size += taken_size(kind, object, kind->size_method(object, NULL)); break;
  case DRYAD_SIZING_GIVEN: size = (size_t)kind->given_size; break;
  }
  return size + dryad_object_header_size(object);
}

size_t dryad_size_ask(const dryad_state *state, const dryad_kind *kind, PyObject *object)
{
  PyObject *result = kind->size_function != NULL ? PyObject_CallFunctionObjArgs(kind->size_function, object, NULL)
                                                 : PyObject_CallMethodObjArgs(object, state->sizeof_name, NULL);
  return taken_size(kind, object, result) + dryad_object_header_size(object);
}
