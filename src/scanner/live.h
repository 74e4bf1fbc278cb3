/* SPDX-License-Identifier: MIT */
/* Reads the objects of this process while no other thread changes them (only in dryad.scanner): under the GIL, or in a
 * free-threaded Python with the world stopped. */
#ifndef DRYAD_SCANNER_LIVE_H
#define DRYAD_SCANNER_LIVE_H

#include "dump.h"
#include "fork.h"

/* Runs a task, which may read all objects. It runs no Python code. */
void dryad_live_run(void (*task)(void *context), void *context);

/* What a scan starts from: with DRYAD_SCOPE_REFERENCED, an object or the items of a list or tuple. */
typedef struct dryad_start {
  dryad_scope scope;
  PyObject *object, *items; /* NULL, or an object that the caller holds */
} dryad_start;

/* dryad_dump_scan. */
int dryad_live_scan(dryad_dump *dump, const dryad_start *start);

/* Whether that is possible: else other interpreters are at work, and only a copy can be scanned. */
bool dryad_live_still(const dryad_start *start);

/* dryad_fork_start; the job of the copy is dryad_dump_scan. EPROTO if this Python cannot be copied, EBUSY if an
 * interpreter with a GIL of its own does not pause. */
int dryad_live_copy(dryad_dump *dump, const dryad_start *start, dryad_fork *fork, dryad_fork_job job, void *context,
                    const int keep[DRYAD_FORK_KEEPS]);

#endif
