/* SPDX-License-Identifier: MIT */
/* Restartable sequences (Linux, rseq(2)): code that the kernel has begin anew when it is interrupted, as some
 * allocators have it. A thread that is entered within one and set back would go on with it as if nothing had been. */
#ifndef DRYAD_ATTACH_RESTARTABLE_H
#define DRYAD_ATTACH_RESTARTABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "attach/target_memory.h"

/* Whether a held thread stands within one at `pc`. */
bool dryad_is_restartable(pid_t tid, dryad_target_memory *memory, uint64_t pc);

#endif
