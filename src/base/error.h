/* SPDX-License-Identifier: MIT */
/* Filling a caller's dryad_error. */
#ifndef DRYAD_BASE_ERROR_H
#define DRYAD_BASE_ERROR_H

#include "dryad.h"

/* Fills `error` (may be NULL) and returns `status`; the text is cut to fit. Never allocates. */
dryad_status dryad_fail(dryad_error *error, dryad_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "out of memory" */
dryad_status dryad_fail_memory(dryad_error *error);
dryad_status dryad_fail_cancelled(dryad_error *error);

#endif
