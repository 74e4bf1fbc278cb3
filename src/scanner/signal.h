/* SPDX-License-Identifier: MIT */
/* Dumps on a signal. */
#ifndef DRYAD_SCANNER_SIGNAL_H
#define DRYAD_SCANNER_SIGNAL_H

#include "api.h"

/* Restores the handler from before dryad_signal_install, if ours is still installed. Returns the handler until now (a
 * new reference), or NULL with a Python exception set. */
PyObject *dryad_signal_uninstall(PyObject *number);

/* Whether a pattern can be expanded; else false with a Python exception set, now rather than when the signal arrives.
 */
bool dryad_signal_check(PyObject *pattern);

/* Installs, through Python's `signal` module, a handler that calls dump(pattern, **options). Errors of a dump go to
 * stderr, and the program continues. Returns the previous handler (a new reference), or NULL with a Python exception
 * set. */
PyObject *dryad_signal_install(PyObject *number, PyObject *pattern, PyObject *dump, PyObject *options);

#endif
