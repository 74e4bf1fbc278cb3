/* SPDX-License-Identifier: MIT */
/* Setting special sizes (only in dryad.scanner). */
#ifndef DRYAD_SCANNER_SPECIAL_SIZES_H
#define DRYAD_SCANNER_SPECIAL_SIZES_H

#include "state.h"

/* Sets the special size of a type; false with a Python exception set. */
bool dryad_special_sizes_add(dryad_state *state, PyObject *type, Py_ssize_t size, PyObject *function);

/* Forgets them all. */
void dryad_special_sizes_clear(dryad_state *state);

#endif
