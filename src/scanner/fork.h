/* SPDX-License-Identifier: MIT */
/* Scans in a copy of the process, so that the process itself stands still for the copying alone.
 *
 * The copy is made by clone itself: no handler for forks runs (neither Python's nor a library's), the parent gets no
 * SIGCHLD, and a wait for any child does not meet it. In return the child may use nothing that another thread could
 * have been in the middle of: no malloc, no stdio, no lock, no running of Python code. Python's own objects are made
 * in memory of the copy's (copy_memory.h). */
#ifndef DRYAD_SCANNER_FORK_H
#define DRYAD_SCANNER_FORK_H

#include "copy_memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a child has to say. */
typedef struct dryad_fork_result {
  int error;             /* an errno; ECHILD when it ended without a word */
  uint64_t count, bytes; /* of a dryad_dump */
} dryad_fork_result;

enum { DRYAD_FORK_KEEPS = 2 };

typedef struct dryad_fork {
  pid_t pid;
  int pipe;                 /* where the result comes from; in the copy, where it goes */
  dryad_copy_memory memory; /* the copy's */
} dryad_fork;

/* Makes a copy, all of whose descriptors are closed but those to `keep` (-1: none) and whose signals are at their
 * defaults: this returns twice, and `*copied` is true in the copy, where `fork` must live to the end. 0 or an errno, in
 * the copy too. The GIL must be held, or the world stand still. */
int dryad_fork_make(dryad_fork *fork, const int keep[DRYAD_FORK_KEEPS], bool *copied);

/* Ends the copy with a result. */
_Noreturn void dryad_fork_end(const dryad_fork *fork, dryad_fork_result result);

typedef dryad_fork_result (*dryad_fork_job)(void *context);

/* Runs a job in a copy. 0 or an errno. */
int dryad_fork_start(dryad_fork *fork, dryad_fork_job job, void *context, const int keep[DRYAD_FORK_KEEPS]);

/* Waits for the result; false when a signal came first: then wait again, or kill. The GIL need not be held. */
bool dryad_fork_wait(dryad_fork *fork, dryad_fork_result *result);
void dryad_fork_kill(dryad_fork *fork);

#endif
