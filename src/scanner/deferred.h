/* SPDX-License-Identifier: MIT */
/* Sizes that need Python code (only in dryad.scanner): computed after the scan. */
#ifndef DRYAD_SCANNER_DEFERRED_H
#define DRYAD_SCANNER_DEFERRED_H

#include "dump.h"

/* Bytes of an object with DRYAD_SIZING_PYTHON; runs the code. If it raises, the error is cleared and the size by type
 * is returned. */
size_t dryad_deferred_size(const dryad_state *state, const dryad_type_info *info, PyObject *object);

/* Writes the lines of a dump that were deferred for their sizes. 0 or an errno. */
int dryad_deferred_finish(dryad_dump *dump);

#endif
