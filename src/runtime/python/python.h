/* SPDX-License-Identifier: MIT */
/* Python, 2 and 3, as CPython's dumps show it. */
#ifndef DRYAD_RUNTIME_PYTHON_PYTHON_H
#define DRYAD_RUNTIME_PYTHON_PYTHON_H

#include "runtime/runtime.h"

extern const dryad_runtime dryad_python;

#endif
