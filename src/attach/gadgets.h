/* SPDX-License-Identifier: MIT */
/* Instructions in the target's text that a tracer makes use of. */
#ifndef DRYAD_ATTACH_GADGETS_H
#define DRYAD_ATTACH_GADGETS_H

#include "attach/mappings.h"
#include "attach/target_memory.h"

typedef struct dryad_gadgets {
  uint64_t call;   /* makes a system call and returns */
  uint64_t finish; /* calls rt_sigreturn: where signal handlers return to */
} dryad_gadgets;

/* Seeks their bytes in executable mappings, the C library's first. Wherever they are found they do the same; nothing
   else of the target is looked at. False: there are none, or not all of them. */
bool dryad_gadgets_find(dryad_gadgets *gadgets, dryad_target_memory *memory, const dryad_mappings *mappings);

#endif
