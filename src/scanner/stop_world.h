/* SPDX-License-Identifier: MIT */
/* Stops the world of a free-threaded Python, to scan the process or to copy it.
 *
 * PyUnstable_GC_VisitObjects stops the world, visits the objects that the collector tracks, and restarts the world
 * (3.13, 3.14 and 3.15: gc_free_threading.c). A copy is made in the first call of the visitor. In the process, the
 * visit then ends; in the copy it continues, so that the copy knows the objects. When the visit ends in the copy, no
 * lock may show waiting threads, as there are none: the locks that it holds are set to be held without waiters, and it
 * finds no thread to wake up. */
#ifndef DRYAD_SCANNER_STOP_WORLD_H
#define DRYAD_SCANNER_STOP_WORLD_H

#include "objects.h"

/* Makes the copy; true only in the copy. */
typedef bool (*dryad_stop_world_copier)(void *context);

/* Visits every object that the collector tracks, with the world stopped; a nonzero result ends the visit. The visitor
 * must not lock what a stopped thread may hold, nor create objects that the collector tracks. */
void dryad_stop_world_visit(visitproc visit, void *context);

/* Calls `copy` with the world stopped; in the copy, visits every object that the collector tracks. True in the copy. If
 * the locks are not found, `*known` is false and nothing is called. */
bool dryad_stop_world_copy(dryad_stop_world_copier copy, visitproc visit, void *context, bool *known);

#endif
