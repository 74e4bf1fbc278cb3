/* SPDX-License-Identifier: MIT */
#include "base/assert.h"

#ifdef DRYAD_ASSERTIONS
#include <stdio.h>
#include <stdlib.h>

_Noreturn void dryad_assert_failed(const char *file, int line, const char *function, const char *condition)
{
  fprintf(stderr, "%s:%d: %s: %s\n", file, line, function, condition);
  abort();
}
#endif
