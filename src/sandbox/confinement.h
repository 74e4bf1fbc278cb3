/* SPDX-License-Identifier: MIT */
/*
 * Confining a process that was made to run code that nobody trusts.
 *
 * What it may do afterwards does not depend on that code: it has the memory that it was made with and some more, a time
 * of the processor, and one file to write to. It cannot open, start or signal anything, and ends with its parent.
 * Memory that it shares with other processes becomes read-only for it.
 */
#ifndef DRYAD_SANDBOX_CONFINEMENT_H
#define DRYAD_SANDBOX_CONFINEMENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "dryad.h"

typedef struct dryad_confinement {
  uint64_t memory;            /* bytes beyond what is mapped now */
  uint32_t processor_seconds; /* from 1; SIGXCPU ends the process */
} dryad_confinement;

/* Confines the calling process, a child of `parent` with a single thread, for good; all descriptors but `file` are
   closed. DRYAD_IO if the kernel does not allow any part of it: then nothing untrusted may run. */
dryad_status dryad_confine(const dryad_confinement *limits, int file, pid_t parent, dryad_error *error);

#endif
