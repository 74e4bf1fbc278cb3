/* SPDX-License-Identifier: MIT */
/* Decides by its stack whether a stopped thread may be borrowed.
 *
 * It reads all words from the stack pointer to the base. A word is a suspect if it could be a return address into
 * dangerous code (it follows a call instruction there), or is the return from a signal handler. Some suspects are dead:
 * an earlier call left them in a part of a live frame that was never written. So a thread with a suspect is safe only
 * if its frames can be unwound to the base and none of them is in dangerous code. */
#ifndef DRYAD_ATTACH_STACK_CHECK_H
#define DRYAD_ATTACH_STACK_CHECK_H

#include "attach/ranges.h"
#include "attach/registers.h"
#include "attach/unwind.h"

enum { DRYAD_STACK_CHECK_MAX = 64 * 1024 * 1024 }; /* the most bytes of stack that are read */

typedef enum dryad_stack_verdict {
  DRYAD_STACK_SAFE,
  DRYAD_STACK_DANGER,     /* it is in dangerous code, or cannot be proven not to be */
  DRYAD_STACK_UNREADABLE, /* the stack pointer is not in a readable stack */
  DRYAD_STACK_TOO_LARGE
} dryad_stack_verdict;

typedef struct dryad_stack_check {
  dryad_stack_verdict verdict;
  dryad_danger danger; /* of the frame in dangerous code, else of the first suspect */
  uint64_t address;    /* of the code: that frame's, else the suspect itself; 0: neither */
  bool unwound;        /* there was a suspect, so the frames were unwound until `end`; DRYAD_UNWIND_LEFT: at the
                          first one in dangerous code */
  dryad_unwind_end end;
  char text[160]; /* ends a sentence that begins with "the thread ": "is in the memory allocator"; "" when safe */
} dryad_stack_check;

/* `base`: the end of the stack, if known (main threads); if it is 0 or outside the stack pointer's mapping, the end of
 * that mapping counts. Uses 256 KiB of its own stack, and from the budget of `memory` the size of the stack plus some
 * hundred bytes a frame. */
void dryad_stack_judge(dryad_stack_check *check, dryad_target_memory *memory, const dryad_mappings *mappings,
                       const dryad_elf_objects *objects, const dryad_ranges *ranges, const dryad_registers *registers,
                       uint64_t base);

#endif
