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
 * This header is all that the two sides share: the order that goes in, and what comes out by two pipes, the dump as it
 * is and its status as lines of text of at most DRYAD_ATTACH_LINE bytes, newline included. */
#ifndef DRYAD_SCANNER_ATTACH_H
#define DRYAD_SCANNER_ATTACH_H

#include <stddef.h>
#include <stdint.h>

#include "privacy.h"

#define DRYAD_ATTACH_MAGIC "dryad-attach-1\r\n" /* 16 bytes and a NUL */

/* Lies in the library's data under the symbol dryad_attach_order, found by its magic, and is filled in by the helper
 * in its own copy of the library's bytes before they are written into the process. Descriptors are those of the
 * process; while `dump` is -1 the constructor does nothing. */
typedef struct dryad_attach_order {
  char magic[16];
  uint32_t size;      /* of this structure */
  int32_t dump;       /* write end of the pipe for the dump */
  int32_t status;     /* write end of the pipe for the status; never blocks */
  int32_t library;    /* the memfd that the library is loaded from */
  uint32_t values;    /* dryad_values */
  uint64_t max_value; /* as in dryad_privacy */
} dryad_attach_order;

#define DRYAD_ATTACH_ORDER_HAS(field, offset, bytes)                                                                   \
  _Static_assert(offsetof(dryad_attach_order, field) == (offset) &&                                                    \
                     sizeof(((dryad_attach_order *)NULL)->field) == (bytes),                                           \
                 "the order's " #field " lies elsewhere")
DRYAD_ATTACH_ORDER_HAS(magic, 0, 16);
DRYAD_ATTACH_ORDER_HAS(size, 16, 4);
DRYAD_ATTACH_ORDER_HAS(dump, 20, 4);
DRYAD_ATTACH_ORDER_HAS(status, 24, 4);
DRYAD_ATTACH_ORDER_HAS(library, 28, 4);
DRYAD_ATTACH_ORDER_HAS(values, 32, 4);
DRYAD_ATTACH_ORDER_HAS(max_value, 40, 8);
#undef DRYAD_ATTACH_ORDER_HAS
_Static_assert(sizeof(dryad_attach_order) == 48, "the order has another size");
_Static_assert(sizeof DRYAD_ATTACH_MAGIC == 17, "the magic has another length");
_Static_assert(DRYAD_VALUES_FULL == 0 && DRYAD_VALUES_HASH == 1 && DRYAD_VALUES_NONE == 2, "values have other numbers");

/* The first words of lines. The last line is always one of the last three. */
#define DRYAD_ATTACH_WAITING "waiting" /* for the GIL */
#define DRYAD_ATTACH_COPIED "copied"   /* PID: the program goes on; the copy's PID as the program sees it */
#define DRYAD_ATTACH_DONE "done"       /* OBJECTS BYTES: the whole dump is in its pipe; their number and total size */
#define DRYAD_ATTACH_REFUSED "refused" /* TEXT: nothing was done; a sentence for the user */
#define DRYAD_ATTACH_FAILED "failed"   /* TEXT: the dump was begun and not finished */

enum { DRYAD_ATTACH_LINE = 256 };

#endif
