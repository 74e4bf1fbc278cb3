/* What `dryad dump PID` has a debugger call in a process that never heard of Dryad.
 *
 * A thread of the process's own is borrowed for one call that only starts another thread. That one takes the GIL the
 * ordinary way, makes a copy of the process by a raw clone and lets go of the GIL. The copy scans and writes; it has
 * the memory of all threads, raises no SIGCHLD, runs no fork handlers, and cannot be found by the program's own wait().
 * The thread waits for it, and ends it when nobody reads any more.
 *
 * What goes out, by two named pipes: the dump as it is, and the course of things as lines of text:
 *   waiting            for the GIL
 *   copied PID         the program goes on; PID as the program sees it
 *   done OBJECTS       all of the dump was put into its pipe
 *   refused TEXT       nothing was done: a sentence for the user
 *   failed TEXT        it was begun and not ended
 * The last line is always one of the last three. */
#ifndef DRYAD_PYTHON_ATTACH_H
#define DRYAD_PYTHON_ATTACH_H

#include <stdint.h>

/* Told by the debugger in a block of its own from mmap, which the thread gives back. Laid out as
 * lua/dryad/dump/order.lua packs it. */
typedef struct dryad_attach_order {
  uint64_t size;      /* bytes of the block */
  uint64_t max_value; /* as in dryad_privacy */
  uint32_t values;    /* dryad_values */
  uint32_t reserved;
  char dump_path[512], status_path[512]; /* the pipes, as the process sees them */
  int dump, status;                      /* what they are opened as: set by dryad_attach_start */
} dryad_attach_order;

/* Opens the pipes, starts the thread and returns at once: 0, or an errno, after which nothing is left open and the
 * block is still the caller's. Async-signal-safe but for pthread_create, so that the caller must not be in malloc, nor
 * in the dynamic loader. */
__attribute__((visibility("default"))) int dryad_attach_start(dryad_attach_order *order);

#endif
