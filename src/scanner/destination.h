/* SPDX-License-Identifier: MIT */
/* What a dump is written to: a path, as io/output.h has it, or a Python file object. */
#ifndef DRYAD_SCANNER_DESTINATION_H
#define DRYAD_SCANNER_DESTINATION_H

#include "../io/output.h"
#include "api.h"
#include "fork.h"
#include "sink.h"

typedef struct dryad_destination {
  int fd;
  bool own_fd;
  int stream; /* a pipe or socket that gets the text from fd, or -1 */
  dryad_compression compression;
  bool has_path;
  dryad_output output; /* of a path */
  PyObject *file;      /* where a file object that is written by its method gets the text from fd; borrowed */
} dryad_destination;

/* `streams`: what is written need not wait for anybody, so pipes and sockets are written at once. Else they get the
 * text from a temporary file in the end: their reader may be a thread of this process, and may be slow.
 * `overwrite`: a file of that name is replaced.
 *
 * Opens a str, bytes or PathLike, in which %p, %t and %h are expanded, or an object with a method `write`. False with a
 * Python exception set. Plain files of Python's module io are written by their descriptor; all others by their method,
 * since they may pack what is written, or send it elsewhere.
 */
bool dryad_destination_open(dryad_destination *destination, PyObject *file, bool overwrite, bool streams);

/* A new file without a name, to write and read: its descriptor, or -1 and errno. */
int dryad_spool_open(void);

/* The end of a good dump: the file gets its name. 0 or an errno. Needs neither Python nor malloc, and of the
 * descriptors only `fd` and that of the output's folder. */
int dryad_destination_commit(dryad_destination *destination);

/* Lets a thread wait for the child that commits: if that fails, it says so on stderr, and leaves no file. 0 or an
 * errno; on 0 the output is no longer the destination's. */
int dryad_destination_watch(dryad_destination *destination, const dryad_fork *fork);

/* Hands the text to a stream, or a file object that is written by its method. False with a Python exception set. */
bool dryad_destination_deliver(dryad_destination *destination);

/* Closes what is open and removes a temporary file that is left. */
void dryad_destination_deinit(dryad_destination *destination);

/* Sets OSError for an errno, with the path. */
void dryad_destination_raise(const dryad_destination *destination, int error);

#endif
