/* SPDX-License-Identifier: MIT */
/*
 * What memsee shows of an object: of a function, type or module its name, else its value; of an int, str or unicode its
 * value as Python writes it; else its type, as for what has neither. Null writes as None. See runtime/runtime.h.
 */
#ifndef DRYAD_RUNTIME_PYTHON_REPR_H
#define DRYAD_RUNTIME_PYTHON_REPR_H

#include "runtime/runtime.h"

dryad_text dryad_python_repr_text(const dryad_repr *repr);
void dryad_python_write_repr(dryad_writer *w, const dryad_repr *repr);

#endif
