/* SPDX-License-Identifier: MIT */
/* The objects that Python's garbage collector tracks.
 *
 * With a GIL they are in lists, one a generation, that begin in the interpreter's state. Reading these writes to no
 * object (PyUnstable_GC_VisitObjects writes to each, so a fork would copy every page) and creates none.
 *
 * A free-threaded Python has no lists, only the heaps of its own allocator. PyUnstable_GC_VisitObjects (3.12 and newer,
 * part of the unstable API) walks them with the world stopped by Python's own means, in 3.13, 3.14 and 3.15 alike. So
 * the scanner uses it to stop the world too, and copies the process inside it (attach.c). */
#ifndef DRYAD_SCANNER_COLLECTOR_H
#define DRYAD_SCANNER_COLLECTOR_H

#include "objects.h"

/* Python's runtime, and its first interpreter. */
char *dryad_runtime(void);
const void *dryad_interpreter(void);

/* The state that the collector's fields lie in: the interpreter's, or before 3.9 the runtime's. */
const void *dryad_collector_state(void);

/* Visits every object of an interpreter that the collector tracks; a nonzero result ends the visit. False if the lists
 * are damaged, after visiting the objects before the damage. 3.8 has one collector for all interpreters. Not for
 * free-threaded Pythons. */
bool dryad_collector_visit(const void *interpreter, visitproc visit, void *context);

#endif
