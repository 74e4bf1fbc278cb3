/* SPDX-License-Identifier: MIT */
/* The objects that Python's collector tracks.
 *
 * With a GIL they are in lists, one a generation, which begin in the interpreter's state: no object is touched
 * (PyUnstable_GC_VisitObjects writes to each, and would copy every page of a fork), and none is made.
 *
 * A free-threaded Python has no lists, but heaps of its own allocator. PyUnstable_GC_VisitObjects (3.12 and newer, a
 * part of the unstable API) goes through them while the world stands still, by Python's own means: so it is also what
 * stops the world here, in 3.13, 3.14 and 3.15 alike. The copy of the process is made within it (attach.c). */
#ifndef DRYAD_SCANNER_COLLECTOR_H
#define DRYAD_SCANNER_COLLECTOR_H

#include "objects.h"

/* The process's first interpreter. */
const void *dryad_interpreter(void);

/* Visits every object that the collector tracks; a nonzero result ends the visit. False where the lists are not as they
 * should be: what was visited until then was visited. Not for free-threaded ones. */
bool dryad_collector_visit(visitproc visit, void *context);

#endif
