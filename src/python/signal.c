#include "signal.h"

#include <time.h>
#include <unistd.h>

/* The handler is a C function whose `self` is the tuple (pattern, dump, options, handler before). */
enum { PATTERN, DUMP, OPTIONS, BEFORE };

static PyObject *replace(PyObject *text, const char *what, PyObject *with)
{
  PyObject *result = text != NULL ? PyObject_CallMethod(text, "replace", "sO", what, with) : NULL;
  Py_XDECREF(text);
  return result;
}

static PyObject *expand(PyObject *pattern)
{
  /* %% is cut out first, so that what it leaves is no sign of anything. */
  PyObject *parts = PyObject_CallMethod(pattern, "split", "s", "%%");
  PyObject *process = PyUnicode_FromFormat("%ld", (long)getpid());
  PyObject *now = PyUnicode_FromFormat("%lld", (long long)time(NULL));
  PyObject *percent = PyUnicode_FromString("%");
  PyObject *path = NULL;
  bool good = parts != NULL && process != NULL && now != NULL && percent != NULL;
  for (Py_ssize_t i = 0; good && i < PyList_GET_SIZE(parts); i++) {
    PyObject *part = PyList_GET_ITEM(parts, i);
    Py_INCREF(part);
    part = replace(replace(part, "%p", process), "%t", now);
    good = part != NULL && PyList_SetItem(parts, i, part) == 0;
  }
  if (good) path = PyUnicode_Join(percent, parts);
  Py_XDECREF(parts);
  Py_XDECREF(process);
  Py_XDECREF(now);
  Py_XDECREF(percent);
  return path;
}

static PyObject *handle(PyObject *self, PyObject *arguments)
{
  (void)arguments;
  PyObject *path = expand(PyTuple_GET_ITEM(self, PATTERN));
  PyObject *call = path != NULL ? PyTuple_Pack(1, path) : NULL;
  PyObject *done =
      call != NULL ? PyObject_Call(PyTuple_GET_ITEM(self, DUMP), call, PyTuple_GET_ITEM(self, OPTIONS)) : NULL;
  if (done == NULL) PyErr_WriteUnraisable(self);
  Py_XDECREF(path);
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

/* What was there before any of ours: a new reference; 0 is the default action. */
static PyObject *before_ours(PyObject *handler)
{
  PyObject *self = ours(handler);
  PyObject *before = self != NULL ? PyTuple_GET_ITEM(self, BEFORE) : handler;
  if (before == Py_None) return PyLong_FromLong(0); /* not installed from Python: it cannot be put back */
  Py_INCREF(before);
  return before;
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
