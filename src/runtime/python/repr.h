/* SPDX-License-Identifier: MIT */
/*
 * The repr of an object as memsee shows it: for a function, type or module its name, else its value; for an int, str or
 * unicode its value as Python writes it; for all others, and without a value or name, its type. Null is written as
 * None. See runtime/runtime.h.
 */
#ifndef DRYAD_RUNTIME_PYTHON_REPR_H
#define DRYAD_RUNTIME_PYTHON_REPR_H

#include "runtime/runtime.h"

dryad_text dryad_python_repr_text(const dryad_repr *repr);
void dryad_python_write_repr(dryad_writer *w, const dryad_repr *repr);

#endif
