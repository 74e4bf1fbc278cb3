/* SPDX-License-Identifier: MIT */
/* Copying a free-threaded Python's process while the world stands still (in the library for other processes alone).
 *
 * PyUnstable_GC_VisitObjects stops the world, visits what the collector tracks, and lets the world go on (3.13, 3.14
 * and 3.15: gc_free_threading.c). The copy is made in its first call of the visitor. In the process the visit ends with
 * that; in the copy it goes on, so that the copy knows the objects. What the visit does at its end in the copy must not
 * meet a lock with other threads waiting at it, as there are none: the locks that it holds are set to be held without
 * anyone waiting, and it finds no thread to wake up. */
#ifndef DRYAD_SCANNER_STOP_WORLD_H
#define DRYAD_SCANNER_STOP_WORLD_H

#include "objects.h"

/* Makes the copy: true in the copy alone. */
typedef bool (*dryad_stop_world_copier)(void *context);

/* Calls `copy` with the world stopped. In the copy visits every object that the collector tracks. True in the copy.
 * `*known` is false, and nothing is called, where the locks are not found. */
bool dryad_stop_world_copy(dryad_stop_world_copier copy, visitproc visit, void *context, bool *known);

#endif
