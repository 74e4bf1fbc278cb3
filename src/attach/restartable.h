/* SPDX-License-Identifier: MIT */
/* Restartable sequences (Linux, rseq(2)), which some allocators use: code that the kernel restarts when it interrupts
 * it. A thread that was entered inside one and restored would wrongly continue instead of restarting. */
#ifndef DRYAD_ATTACH_RESTARTABLE_H
#define DRYAD_ATTACH_RESTARTABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "attach/target_memory.h"

/* Whether a held thread is inside one at `pc`. */
bool dryad_is_restartable(pid_t tid, dryad_target_memory *memory, uint64_t pc);

#endif
