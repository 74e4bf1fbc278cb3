/* SPDX-License-Identifier: MIT */
/* The runtimes that there are. */
#ifndef DRYAD_RUNTIME_RUNTIMES_H
#define DRYAD_RUNTIME_RUNTIMES_H

#include "runtime/runtime.h"

/* NULL: there is none of this name. */
const dryad_runtime *dryad_runtime_named(const char *name);

#endif
