/* SPDX-License-Identifier: MIT */
/* Calls in a thread of another process, which is held while they run. */
#ifndef DRYAD_ATTACH_BORROW_H
#define DRYAD_ATTACH_BORROW_H

#include "attach/gadgets.h"
#include "attach/signal_frame.h"
#include "attach/tracer.h"

typedef struct dryad_borrowed {
  dryad_tracer *tracer;
  dryad_tracee *thread; /* held */
  int memory;           /* descriptor of /proc/PID/mem, open for writing */
  dryad_gadgets gadgets;
  uint64_t patience; /* nanoseconds, for each call */
} dryad_borrowed;

typedef enum dryad_call_end {
  DRYAD_CALL_DONE,    /* the thread is held again, back where it was */
  DRYAD_CALL_NO_ROOM, /* no room for the frame below its stack; nothing was done */
  DRYAD_CALL_CRASHED, /* the call faulted, and the thread was restored */
  DRYAD_CALL_LATE,    /* the call has not returned; the thread will find its own way back */
  DRYAD_CALL_GONE     /* the thread or its process has ended */
} dryad_call_end;

/* Makes a system call. Up to DRYAD_SIGNAL_FRAME_DATA bytes are placed in the target's memory while it runs, and read
   back afterwards; an argument of DRYAD_AT_DATA + n points to their n-th byte. */
#define DRYAD_AT_DATA (UINT64_MAX - 4096)
dryad_call_end dryad_call_system(const dryad_borrowed *borrowed, int64_t *result, long number,
                                 const uint64_t arguments[6], void *data, size_t size);

/* Calls a function, whose result cannot be obtained. */
dryad_call_end dryad_call_function(const dryad_borrowed *borrowed, uint64_t function, const uint64_t arguments[6],
                                   void *data, size_t size);

#endif
