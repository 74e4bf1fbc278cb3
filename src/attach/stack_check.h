/* SPDX-License-Identifier: MIT */
/* Whether a thread that stands still may be borrowed, judged by its stack.
 *
 * All words from the stack pointer to the base are read. One is a suspect if it could be a return address into text
 * that a borrowed thread must not be in (it follows a call instruction), or is the return from a signal handler. Some
 * suspects are dead: left by an earlier call in a part of a live frame that was never written. So a thread that has a
 * suspect is safe only if its frames can be followed to the base and none of them is in such text. */
#ifndef DRYAD_ATTACH_STACK_CHECK_H
#define DRYAD_ATTACH_STACK_CHECK_H

#include "attach/ranges.h"
#include "attach/registers.h"
#include "attach/unwind.h"

enum { DRYAD_STACK_CHECK_MAX = 64 * 1024 * 1024 }; /* bytes of stack that are read */

typedef enum dryad_stack_verdict {
  DRYAD_STACK_SAFE,
  DRYAD_STACK_DANGER,     /* it is in such text, or cannot be proven not to be */
  DRYAD_STACK_UNREADABLE, /* the stack pointer is in no stack, or that cannot be read */
  DRYAD_STACK_TOO_LARGE
} dryad_stack_verdict;

typedef struct dryad_stack_check {
  dryad_stack_verdict verdict;
  dryad_danger danger; /* of the frame that is in such text, else of the first suspect */
  uint64_t address;    /* of the code: that frame's, else the suspect itself; 0: neither */
  bool unwound;        /* there was a suspect, so the frames were followed, which ended as `end` says: at the first
                          that is in such text as DRYAD_UNWIND_LEFT */
  dryad_unwind_end end;
  char text[160]; /* ends a sentence that begins with "the thread ": "is in the memory allocator"; "" when safe */
} dryad_stack_check;

/* `base`: where the stack ends, as is known of a main thread; elsewhere than in the mapping of the stack pointer, or 0:
 * at the end of that. Takes 256 KiB of its own stack, and of the budget of `memory` as much as there is stack and some
 * hundred bytes for each frame. */
void dryad_stack_judge(dryad_stack_check *check, dryad_target_memory *memory, const dryad_mappings *mappings,
                       const dryad_elf_objects *objects, const dryad_ranges *ranges, const dryad_registers *registers,
                       uint64_t base);

#endif
