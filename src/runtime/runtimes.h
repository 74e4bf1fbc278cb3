/* SPDX-License-Identifier: MIT */
/* The list of runtimes. */
#ifndef DRYAD_RUNTIME_RUNTIMES_H
#define DRYAD_RUNTIME_RUNTIMES_H

#include "runtime/runtime.h"

/* NULL: no runtime has this name. */
const dryad_runtime *dryad_runtime_named(const char *name);

#endif
