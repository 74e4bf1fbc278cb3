/* SPDX-License-Identifier: MIT */
/* Waits for a copy of the process to finish (only in dryad.scanner). */
#ifndef DRYAD_SCANNER_WATCH_H
#define DRYAD_SCANNER_WATCH_H

#include "fork.h"

/* Starts a thread that waits and then calls `ended` with 0 or an errno, without Python. 0, or an errno: then `ended` is
 * never called. */
int dryad_watch_start(const dryad_fork *fork, void (*ended)(void *context, int error), void *context);

/* The meaning of ECHILD as the error of a result. */
#define DRYAD_WATCH_KILLED "the process that wrote the dump was killed"

#endif
