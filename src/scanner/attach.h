/* SPDX-License-Identifier: MIT */
/* What `dryad dump PID` loads into a process that never heard of Dryad.
 *
 * One library serves every CPython that layout.h knows. Its constructor only starts a thread, so that the thread of
 * the process that is borrowed for dlopen is free again at once. The new thread takes the GIL the ordinary way (a
 * free-threaded Python: stops the world), makes a copy of the process by a raw clone and lets go. The copy scans and
 * writes; it has the memory of all threads, raises no SIGCHLD, runs no fork handlers, and cannot be found by the
 * program's own wait(). The thread waits for it, ends it when nobody reads any more, closes what it was given, and
 * unloads the library it runs in.
 *
 * What goes out, by two pipes: the dump as it is, and the course of things as lines of text of at most
 * DRYAD_ATTACH_LINE bytes, newline included:
 *   waiting            for the GIL
 *   copied PID         the program goes on; PID as the program sees it
 *   done OBJECTS BYTES all of the dump was put into its pipe: their number, and their sizes added up
 *   refused TEXT       nothing was done: a sentence for the user
 *   failed TEXT        it was begun and not ended
 * The last line is always one of the last three. */
#ifndef DRYAD_SCANNER_ATTACH_H
#define DRYAD_SCANNER_ATTACH_H

#include <stdint.h>

#define DRYAD_ATTACH_MAGIC "dryad-attach-1\r\n" /* 16 bytes and a NUL */

enum { DRYAD_ATTACH_LINE = 256 };

/* Lies in the library's data under the symbol dryad_attach_order, found by its magic, and is filled in by the helper
 * in its own copy of the library's bytes before they are written into the process. Descriptors are those of the
 * process; while `dump` is -1 the constructor does nothing. */
typedef struct dryad_attach_order {
  char magic[16];
  uint32_t size;      /* of this structure */
  int32_t dump;       /* write end of the pipe for the dump */
  int32_t status;     /* write end of the pipe for the course; never blocks */
  int32_t library;    /* the memfd that the library is loaded from */
  uint32_t values;    /* dryad_values */
  uint64_t max_value; /* as in dryad_privacy */
} dryad_attach_order;

#endif
