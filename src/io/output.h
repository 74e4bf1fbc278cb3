/* SPDX-License-Identifier: MIT */
/* One safe way to write a file. Needs nothing but C and POSIX, and no malloc: the producer for Python is built with it
 * too, and a copy of a process may commit what the process opened.
 *
 * A file is mode 0600 and appears under its name whole and synced, or not at all. Until then it has no name where the
 * file system knows such files (nothing is left of it, however the program ends), and else a random one beside its own,
 * created exclusively. Everything is done relative to one descriptor of the folder.
 *
 * What is there already is told at opening, and again at the end if it came meanwhile:
 *   a regular file     is replaced with `force` if it is the caller's own, else refused (EEXIST, or EPERM for another
 *                      user's). Its mode, its owner and other names of it have no part in the new file.
 *   a FIFO             is written directly if it is the caller's own, else refused.
 *   a character device is written directly; everything else is refused.
 *   a symbolic link    is followed or refused as place.h says.
 * A file can also be one that never gets a name, however the program ends: scratch of this process alone.
 *
 * "-" is standard output. It, /dev/stdout, /dev/stderr, /dev/fd/N and /proc/self/fd/N are those descriptors, written
 * directly from where they stand. */
#ifndef DRYAD_IO_OUTPUT_H
#define DRYAD_IO_OUTPUT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "safe_path.h"

/* Tells one file from all others as long as it exists; all zero: none. */
typedef struct dryad_file_id {
  dev_t device;
  ino_t inode;
} dryad_file_id;

typedef struct dryad_output_options {
  bool force;
  dryad_file_id replaces; /* this one is replaced without `force` */
  /* Expand the path (file_name.h). If %t is in its last part, nothing is ever there already: the file gets the first
   * second, from now on, for which its name is free. */
  bool expand;
  int64_t process; /* what %p is; 0: the caller's */
} dryad_output_options;

typedef struct dryad_output {
  int file;            /* to write to; a new file can be read too */
  char path[PATH_MAX]; /* for messages: as given but expanded; the final one after committing */
  /* ---- the rest is this module's own */
  dryad_output_options options;
  bool owns_file;
  int folder;                 /* -1: written directly */
  char name[NAME_MAX + 1];    /* in the folder */
  char pattern[NAME_MAX + 1]; /* which gave the name; empty: there is no %t in it */
  int64_t time;
  char temporary[32]; /* the name it has until then; empty: none */
} dryad_output;

/* Opens what is to be written. An error of EINTR: a signal came while a FIFO waited for its reader; nothing is open,
 * and it may be tried again. On false nothing is left to abandon. */
bool dryad_output_open(dryad_output *output, const char *path, const dryad_output_options *options,
                       dryad_safe_path_error *error);

/* Opens a new file in a folder that never gets a name; `path` is the folder. Where the file system knows no such files
 * it loses a random name at once, before anything is written. It is not to be committed. On false nothing is left to
 * abandon. */
bool dryad_output_open_unnamed(dryad_output *output, const char *folder, dryad_safe_path_error *error);

/* Whether it is written where it will be, so that nothing can be taken back. */
bool dryad_output_is_direct(const dryad_output *output);

/* Bytes that an unprivileged user can still write to the file system; UINT64_MAX where there is no such limit. */
uint64_t dryad_output_room(const dryad_output *output);

/* Syncs, gives the file its name, and closes. On false, abandon it. */
bool dryad_output_commit(dryad_output *output, dryad_safe_path_error *error);

/* Closes what is open and removes what has no name yet. Once is enough; more is allowed, also after committing. */
void dryad_output_abandon(dryad_output *output);

#endif
