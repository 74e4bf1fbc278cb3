/* SPDX-License-Identifier: MIT */
#include "runtime/runtimes.h"

#include <string.h>

#include "runtime/python/python.h"

static const dryad_runtime *const runtimes[] = {&dryad_python};

const dryad_runtime *dryad_runtime_named(const char *name)
{
  for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
    if (strcmp(runtimes[i]->name, name) == 0) return runtimes[i];
  return NULL;
}
