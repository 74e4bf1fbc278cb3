/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>

#include "base/assert.h"

dryad_status dryad_fail(dryad_error *error, dryad_status status, const char *format, ...)
{
  DRYAD_ASSERT(status != DRYAD_OK);
  if (!error) return status;
  error->status = status;
  error->line = error->offset = 0;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  return status;
}

dryad_status dryad_fail_memory(dryad_error *error) { return dryad_fail(error, DRYAD_NO_MEMORY, "out of memory"); }

dryad_status dryad_fail_cancelled(dryad_error *error) { return dryad_fail(error, DRYAD_CANCELLED, "interrupted"); }
