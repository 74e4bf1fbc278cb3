/* SPDX-License-Identifier: MIT */
/* Waiting for a copy of the process to be done (dryad.scanner alone). */
#ifndef DRYAD_SCANNER_WATCH_H
#define DRYAD_SCANNER_WATCH_H

#include "fork.h"

/* Lets a thread of its own wait, which then calls `ended` with 0 or an errno; it gets by without Python. 0 or an errno:
 * then it is never called. */
int dryad_watch_start(const dryad_fork *fork, void (*ended)(void *context, int error), void *context);

/* What ECHILD means as an error of a result. */
#define DRYAD_WATCH_KILLED "the process that wrote the dump was killed"

#endif
