/* SPDX-License-Identifier: MIT */
/* The destination of a dump: a path, as in shared/output.h, or a Python file object. */
#ifndef DRYAD_SCANNER_DESTINATION_H
#define DRYAD_SCANNER_DESTINATION_H

#include "api.h"
#include "fork.h"
#include "shared/output.h"
#include "sink.h"

typedef struct dryad_destination {
  int fd;
  bool own_fd;
  int stream; /* a pipe or socket that receives the text from fd, or -1 */
  dryad_compression compression;
  bool has_path;
  dryad_output output; /* of a path */
  PyObject *file;      /* a file object whose write method receives the text from fd; borrowed */
} dryad_destination;

/* `streams`: writing may block, so pipes and sockets are written directly. Otherwise they receive the text from a
 * temporary file at the end: their reader may be a thread of this process, and may be slow.
 * `overwrite`: replace a file of that name.
 *
 * Opens a str, bytes or PathLike, in which %p, %t and %h are expanded, or an object with a `write` method. On failure
 * returns false with a Python exception set. Plain files of Python's io module are written through their descriptor;
 * all others through their method, since they may compress the text or send it elsewhere.
 */
bool dryad_destination_open(dryad_destination *destination, PyObject *file, bool overwrite, bool streams);

/* Creates an unnamed file to write and read: its descriptor, or -1 and errno. */
int dryad_spool_open(void);

/* Ends a successful dump: gives the file its name. 0 or an errno. Needs neither Python nor malloc, and no descriptors
 * except `fd` and that of the output's folder. */
int dryad_destination_commit(dryad_destination *destination);

/* Starts a thread that waits for the child that commits; if the child fails, the thread reports that on stderr and
 * leaves no file. 0 or an errno; on 0 the destination no longer owns the output. */
int dryad_destination_watch(dryad_destination *destination, const dryad_fork *fork);

/* Writes the text to a stream, or through a file object's method. On failure false with a Python exception set. */
bool dryad_destination_deliver(dryad_destination *destination);

/* Closes what is open and removes a remaining temporary file. */
void dryad_destination_deinit(dryad_destination *destination);

/* Raises an OSError for an errno, with the path. */
void dryad_destination_raise(const dryad_destination *destination, int error);

#endif
