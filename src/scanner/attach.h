/* SPDX-License-Identifier: MIT */
/* The library that `dryad dump PID` loads into a process that was not prepared for it.
 *
 * One library serves every CPython that layout.h knows. Its constructor only starts a thread, so that the thread
 * borrowed for dlopen is released at once. The new thread takes the GIL in the ordinary way (in a free-threaded Python
 * it stops the world), copies the process by a raw clone and releases the GIL. The copy scans and writes; it has the
 * memory of all threads, raises no SIGCHLD, runs no fork handlers, and the program's own wait() does not find it. The
 * thread waits for the copy, kills it if the reader goes away, closes the descriptors it was given, and unloads the
 * library it runs in.
 *
 * The two sides share only this header: the order that goes in, and the output of two pipes, one with the dump itself
 * and one with its status as lines of text of at most DRYAD_ATTACH_LINE bytes, newline included. */
#ifndef DRYAD_SCANNER_ATTACH_H
#define DRYAD_SCANNER_ATTACH_H

#include <stddef.h>
#include <stdint.h>

#include "privacy.h"

#define DRYAD_ATTACH_MAGIC "dryad-attach-1\r\n" /* 16 bytes and a NUL */

/* Lies in the library's data under the symbol dryad_attach_order. The helper finds it by its magic and fills it in, in
 * its own copy of the library's bytes, before it writes them into the process. Descriptors are those of the process;
 * while `dump` is -1 the constructor does nothing. */
typedef struct dryad_attach_order {
  char magic[16];
  uint32_t size;              /* of this struct */
  int32_t dump;               /* write end of the pipe for the dump */
  int32_t status;             /* write end of the pipe for the status; never blocks */
  int32_t library;            /* the memfd that the library is loaded from */
  uint32_t values;            /* dryad_values */
  uint32_t allocation_frames; /* as in dryad_dump_options */
  uint64_t max_value;         /* as in dryad_privacy */
} dryad_attach_order;

#define DRYAD_ATTACH_ORDER_HAS(field, offset, bytes)                                                                   \
  _Static_assert(offsetof(dryad_attach_order, field) == (offset) &&                                                    \
                     sizeof(((dryad_attach_order *)NULL)->field) == (bytes),                                           \
                 "the order's " #field " is at another offset")
DRYAD_ATTACH_ORDER_HAS(magic, 0, 16);
DRYAD_ATTACH_ORDER_HAS(size, 16, 4);
DRYAD_ATTACH_ORDER_HAS(dump, 20, 4);
DRYAD_ATTACH_ORDER_HAS(status, 24, 4);
DRYAD_ATTACH_ORDER_HAS(library, 28, 4);
DRYAD_ATTACH_ORDER_HAS(values, 32, 4);
DRYAD_ATTACH_ORDER_HAS(allocation_frames, 36, 4);
DRYAD_ATTACH_ORDER_HAS(max_value, 40, 8);
#undef DRYAD_ATTACH_ORDER_HAS
_Static_assert(sizeof(dryad_attach_order) == 48, "the order has another size");
_Static_assert(sizeof DRYAD_ATTACH_MAGIC == 17, "the magic has another length");
_Static_assert(DRYAD_VALUES_FULL == 0 && DRYAD_VALUES_HASH == 1 && DRYAD_VALUES_NONE == 2, "values have other numbers");

/* The first words of lines. The last line is always one of the last three. */
#define DRYAD_ATTACH_WAITING "waiting" /* for the GIL */
#define DRYAD_ATTACH_COPIED "copied"   /* PID: the program runs again; the copy's PID as the program sees it */
#define DRYAD_ATTACH_DONE "done"       /* OBJECTS BYTES: the whole dump is in its pipe; their number and total size */
#define DRYAD_ATTACH_REFUSED "refused" /* TEXT: nothing was done; a sentence for the user */
#define DRYAD_ATTACH_FAILED "failed"   /* TEXT: the dump is incomplete */

enum { DRYAD_ATTACH_LINE = 256 };

#endif
