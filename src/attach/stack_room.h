/* SPDX-License-Identifier: MIT */
/* The room for a borrowed thread's frame and calls: below its stack pointer.
 *
 * That memory is free only on the thread's own stack. Below the stack of a coroutine, a goroutine or a signal handler
 * there may be other data; and overflowing the stack kills the process. */
#ifndef DRYAD_ATTACH_STACK_ROOM_H
#define DRYAD_ATTACH_STACK_ROOM_H

#include "attach/mappings.h"
#include "attach/target_memory.h"

enum { DRYAD_STACK_ROOM_FOR_LOADING = 32 * 1024 }; /* twice what dlopen and a frame take */

typedef enum dryad_stack_room {
  DRYAD_STACK_ROOM_ENOUGH,
  DRYAD_STACK_ROOM_LITTLE,
  DRYAD_STACK_ROOM_FOREIGN /* the stack is not the thread's own */
} dryad_stack_room;

/* Whether a thread has `wanted` bytes below `sp`. For every thread except the main one, the C library keeps the data at
 * `thread_pointer` at the end of the thread's stack. The main thread's stack is at `main_stack` (0: not the main
 * thread) and grows by itself. */
dryad_stack_room dryad_stack_room_find(const dryad_mappings *mappings, dryad_target_memory *memory, uint64_t sp,
                                       uint64_t thread_pointer, uint64_t main_stack, uint64_t wanted);

/* Ends a sentence that begins with "the thread "; "" for enough. */
const char *dryad_stack_room_text(dryad_stack_room room);

#endif
