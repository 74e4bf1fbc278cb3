/* SPDX-License-Identifier: MIT */
#include "analysis/root_reasons.h"

#include <string.h>

#include "analysis/roots.h"
#include "base/assert.h"

static const char *const names[] = {[DRYAD_ROOT_NONE] = NULL,         [DRYAD_ROOT_MODULE] = "module",
                                    [DRYAD_ROOT_FRAME] = "frame",     [DRYAD_ROOT_UNREFERENCED] = "unreferenced",
                                    [DRYAD_ROOT_CYCLE] = "cycle",     [DRYAD_ROOT_GIVEN] = "given",
                                    [DRYAD_ROOT_MODULES] = "modules", [DRYAD_ROOT_BUILTINS] = "builtins",
                                    [DRYAD_ROOT_THREAD] = "thread",   [DRYAD_ROOT_ATEXIT] = "atexit",
                                    [DRYAD_ROOT_SIGNAL] = "signal",   [DRYAD_ROOT_INTERPRETER] = "interpreter",
                                    [DRYAD_ROOT_NATIVE] = "native",   [DRYAD_ROOT_UNCOUNTED] = "uncounted"};
_Static_assert(sizeof names / sizeof *names == DRYAD_ROOT_LAST + 1, "each reason has a name");

const char *dryad_root_reason_name(dryad_root_reason reason)
{
  DRYAD_ASSERT(reason <= DRYAD_ROOT_LAST);
  return names[reason];
}

dryad_root_reason dryad_root_reason_named(dryad_text name)
{
  for (unsigned reason = DRYAD_ROOT_NONE + 1; reason <= DRYAD_ROOT_LAST; reason++)
    if (name.length == strlen(names[reason]) && memcmp(name.data, names[reason], name.length) == 0) return reason;
  return DRYAD_ROOT_INTERPRETER;
}
