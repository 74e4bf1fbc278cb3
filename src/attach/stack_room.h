/* SPDX-License-Identifier: MIT */
/* Where a borrowed thread's frame and calls would lie: below its stack pointer.
 *
 * What lies there is free only on the thread's own stack. Below a coroutine's, a goroutine's or a signal handler's
 * stack there may be anything; and a stack that ends too soon kills the process. */
#ifndef DRYAD_ATTACH_STACK_ROOM_H
#define DRYAD_ATTACH_STACK_ROOM_H

#include "attach/mappings.h"
#include "attach/target_memory.h"

enum { DRYAD_STACK_ROOM_FOR_LOADING = 32 * 1024 }; /* bytes that dlopen and a frame take, and as much again */

typedef enum dryad_stack_room {
  DRYAD_STACK_ROOM_ENOUGH,
  DRYAD_STACK_ROOM_LITTLE,
  DRYAD_STACK_ROOM_FOREIGN /* the stack is not the thread's own */
} dryad_stack_room;

/* Whether a thread has `wanted` bytes below `sp`. The C library keeps what `thread_pointer` points to at the end of
 * each thread's stack but the first one's, which lies at `main_stack` (0: it is not the first one) and grows by itself.
 */
dryad_stack_room dryad_stack_room_find(const dryad_mappings *mappings, dryad_target_memory *memory, uint64_t sp,
                                       uint64_t thread_pointer, uint64_t main_stack, uint64_t wanted);

/* Ends a sentence that begins with "the thread "; "" for enough. */
const char *dryad_stack_room_text(dryad_stack_room room);

#endif
