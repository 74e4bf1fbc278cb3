/* SPDX-License-Identifier: MIT */
/* Dumps on a signal. */
#ifndef DRYAD_SCANNER_SIGNAL_H
#define DRYAD_SCANNER_SIGNAL_H

#include "api.h"

/* Puts back the handler that was there before dryad_signal_install, if its handler is still there. What was there until
 * now (a new reference), or NULL with a Python exception set. */
PyObject *dryad_signal_uninstall(PyObject *number);

/* Whether a pattern can be expanded; else false with a Python exception set: better now than when the signal comes. */
bool dryad_signal_check(PyObject *pattern);

/* Installs a handler by Python's own module `signal`, which calls dump(pattern, **options). Errors of a dump are
 * written to stderr, and the program goes on. The handler that was there before (a new reference), or NULL with a
 * Python exception set. */
PyObject *dryad_signal_install(PyObject *number, PyObject *pattern, PyObject *dump, PyObject *options);

#endif
