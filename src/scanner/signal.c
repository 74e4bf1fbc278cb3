/* SPDX-License-Identifier: MIT */
#include "signal.h"

#include <errno.h>
#include <limits.h>

#include "shared/file_name.h"

/* The handler is a C function whose `self` is the tuple (pattern, dump, options, previous handler). */
enum { PATTERN, DUMP, OPTIONS, BEFORE };

static PyObject *handle(PyObject *self, PyObject *arguments)
{
  (void)arguments;
  PyObject *call = PyTuple_Pack(1, PyTuple_GET_ITEM(self, PATTERN));
  PyObject *done =
      call != NULL ? PyObject_Call(PyTuple_GET_ITEM(self, DUMP), call, PyTuple_GET_ITEM(self, OPTIONS)) : NULL;
  if (done == NULL) PyErr_WriteUnraisable(self);
  Py_XDECREF(call);
  Py_XDECREF(done);
  Py_RETURN_NONE;
}

/* CPython keeps a pointer to it. */
static PyMethodDef handler_definition = {"dump_on_signal", handle, METH_VARARGS, "Writes a dump."};

static PyObject *call_signal(const char *function, PyObject *number, PyObject *handler)
{
  PyObject *module = PyImport_ImportModule("signal");
  PyObject *result =
      module != NULL ? PyObject_CallMethod(module, function, handler != NULL ? "OO" : "O", number, handler) : NULL;
  Py_XDECREF(module);
  return result;
}

/* The `self` of a handler of ours (borrowed), else NULL. */
static PyObject *ours(PyObject *handler)
{
  bool is_ours = PyCFunction_Check(handler) && ((PyCFunctionObject *)handler)->m_ml == &handler_definition;
  return is_ours ? PyCFunction_GET_SELF(handler) : NULL;
}

/* The handler before any of ours (a new reference); 0 is the default action. */
static PyObject *before_ours(PyObject *handler)
{
  PyObject *self = ours(handler);
  PyObject *before = self != NULL ? PyTuple_GET_ITEM(self, BEFORE) : handler;
  if (before == Py_None) return PyLong_FromLong(0); /* not installed from Python, so it cannot be restored */
  Py_INCREF(before);
  return before;
}

bool dryad_signal_check(PyObject *pattern)
{
  char expanded[PATH_MAX];
  PyObject *bytes = NULL;
  if (!PyUnicode_FSConverter(pattern, &bytes)) return false;
  int problem = dryad_file_name_expand(expanded, sizeof expanded, PyBytes_AS_STRING(bytes), 0, 0);
  Py_DECREF(bytes);
  if (problem == EINVAL) PyErr_SetString(PyExc_ValueError, DRYAD_FILE_NAME_PROBLEM);
  return problem != EINVAL;
}

PyObject *dryad_signal_install(PyObject *number, PyObject *pattern, PyObject *dump, PyObject *options)
{
  PyObject *now = call_signal("getsignal", number, NULL);
  PyObject *before = now != NULL ? before_ours(now) : NULL;
  PyObject *self = before != NULL ? PyTuple_Pack(4, pattern, dump, options, before) : NULL;
  PyObject *handler = self != NULL ? PyCFunction_New(&handler_definition, self) : NULL;
  PyObject *result = handler != NULL ? call_signal("signal", number, handler) : NULL;
  Py_XDECREF(now);
  Py_XDECREF(before);
  Py_XDECREF(self);
  Py_XDECREF(handler);
  return result;
}

PyObject *dryad_signal_uninstall(PyObject *number)
{
  PyObject *now = call_signal("getsignal", number, NULL);
  if (now == NULL || ours(now) == NULL) return now;
  PyObject *before = before_ours(now);
  PyObject *result = before != NULL ? call_signal("signal", number, before) : NULL;
  Py_XDECREF(before);
  Py_DECREF(now);
  return result;
}
