/* SPDX-License-Identifier: MIT */
/* Sizes that Python code tells (dryad.scanner alone): asked for when a scan is over. */
#ifndef DRYAD_SCANNER_DEFERRED_H
#define DRYAD_SCANNER_DEFERRED_H

#include "dump.h"

/* Bytes of an object with DRYAD_SIZING_PYTHON: runs the code. Errors in it are cleared, and the size is that
 * by type. */
size_t dryad_deferred_size(const dryad_state *state, const dryad_type_info *info, PyObject *object);

/* Writes the lines of a dump that were kept back for their sizes. 0 or an errno. */
int dryad_deferred_finish(dryad_dump *dump);

#endif
