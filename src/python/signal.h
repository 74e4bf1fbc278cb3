/* Dumps on a signal. */
#ifndef DRYAD_PYTHON_SIGNAL_H
#define DRYAD_PYTHON_SIGNAL_H

#include "api.h"

/* Puts back the handler that was there before dryad_signal_install, if its handler is still there. What was there until
 * now (a new reference), or NULL with a Python exception set. */
PyObject *dryad_signal_uninstall(PyObject *number);

/* Installs a handler by Python's own module `signal`, which calls dump(path, **options) where `pattern` gives the path:
 * %p is the process, %t the time in seconds, %% a percent sign. Errors of a dump are written to stderr, and the program
 * goes on. The handler that was there before (a new reference), or NULL with a Python exception set. */
PyObject *dryad_signal_install(PyObject *number, PyObject *pattern, PyObject *dump, PyObject *options);

#endif
