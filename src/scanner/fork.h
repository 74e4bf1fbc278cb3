/* SPDX-License-Identifier: MIT */
/* Scans in a copy of the process, so that the process itself pauses only for the copying.
 *
 * The copy is made by a raw clone: no fork handlers run (neither Python's nor a library's), the parent gets no SIGCHLD,
 * and a wait for any child does not find it. In return, the child must not use anything that another thread may have
 * been using: no malloc, no stdio, no locks, no Python code. Python's own objects are allocated in the copy's own
 * memory (copy_memory.h). */
#ifndef DRYAD_SCANNER_FORK_H
#define DRYAD_SCANNER_FORK_H

#include "copy_memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The result of a child. */
typedef struct dryad_fork_result {
  int error;             /* an errno; ECHILD if it ended without a result */
  uint64_t count, bytes; /* of a dryad_dump */
} dryad_fork_result;

enum { DRYAD_FORK_KEEPS = 2 };

typedef struct dryad_fork {
  pid_t pid;
  int pipe;                 /* the read end for the result; in the copy, the write end */
  dryad_copy_memory memory; /* the copy's */
} dryad_fork;

/* Makes a copy with all descriptors closed except those in `keep` (-1: none), and with default signals. Returns twice:
 * `*copied` is true in the copy, where `fork` must live to the end. 0 or an errno, in the copy too. Needs the GIL, or a
 * stopped world. */
int dryad_fork_make(dryad_fork *fork, const int keep[DRYAD_FORK_KEEPS], bool *copied);

/* Ends the copy with a result. */
_Noreturn void dryad_fork_end(const dryad_fork *fork, dryad_fork_result result);

typedef dryad_fork_result (*dryad_fork_job)(void *context);

/* Runs a job in a copy. 0 or an errno. */
int dryad_fork_start(dryad_fork *fork, dryad_fork_job job, void *context, const int keep[DRYAD_FORK_KEEPS]);

/* Waits for the result; false if a signal interrupted: then wait again, or kill. Does not need the GIL. */
bool dryad_fork_wait(dryad_fork *fork, dryad_fork_result *result);
void dryad_fork_kill(dryad_fork *fork);

#endif
