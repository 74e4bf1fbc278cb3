/* SPDX-License-Identifier: MIT */
/* Instructions in the target's text that a tracer uses. */
#ifndef DRYAD_ATTACH_GADGETS_H
#define DRYAD_ATTACH_GADGETS_H

#include "attach/mappings.h"
#include "attach/target_memory.h"

typedef struct dryad_gadgets {
  uint64_t call;   /* makes a system call and returns */
  uint64_t finish; /* calls rt_sigreturn: where signal handlers return to */
} dryad_gadgets;

/* Searches executable mappings for their bytes, the C library's first. They work the same wherever they are found;
   nothing else of the target is examined. False: not all of them were found. */
bool dryad_gadgets_find(dryad_gadgets *gadgets, dryad_target_memory *memory, const dryad_mappings *mappings);

#endif
