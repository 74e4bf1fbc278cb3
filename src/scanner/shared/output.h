/* SPDX-License-Identifier: MIT */
/* One safe way to write a file. Needs nothing but C and POSIX, and no malloc: a forked child may commit what its parent
 * opened.
 *
 * A file has mode 0600 and is written atomically and synced. Until it is committed it has no name if the file system
 * supports that (so nothing is left behind however the program ends), and otherwise a random name beside its own,
 * created exclusively. All operations are relative to one descriptor of the folder.
 *
 * An existing file is detected at opening, and again at the end in case it appeared meanwhile:
 *   a regular file     is replaced with `force` if the caller owns it, else refused (EEXIST, or EPERM for another
 *                      user's). Its mode, owner and other hard links do not carry over to the new file.
 *   a FIFO             is written directly if the caller owns it, else refused.
 *   a character device is written directly; everything else is refused.
 *   a symbolic link    is followed or refused as safe_path.h says.
 *
 * A file can also be scratch of this process alone, which never gets a name, however the program ends.
 *
 * "-" is standard output. It, /dev/stdout, /dev/stderr, /dev/fd/N and /proc/self/fd/N name open descriptors, which are
 * written directly from their current position. */
#ifndef DRYAD_SCANNER_SHARED_OUTPUT_H
#define DRYAD_SCANNER_SHARED_OUTPUT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "safe_path.h"

/* Identifies a file uniquely as long as it exists; all zero: none. */
typedef struct dryad_file_id {
  dev_t device;
  ino_t inode;
} dryad_file_id;

typedef struct dryad_output_options {
  bool force;
  bool regular_only;      /* refuse what would be written directly */
  dryad_file_id replaces; /* replaced even without `force` */
  /* Expand the path (file_name.h). If its last part contains %t, the name never exists already: the file gets the first
     second, from now on, for which its name is free. */
  bool expand;
  int64_t process; /* the id for %p; 0: the caller's */
} dryad_output_options;

typedef struct dryad_output {
  int file;            /* open for writing; a new file also for reading */
  char path[PATH_MAX]; /* for messages: the expanded path; after committing, the final one */
  /* ---- the rest is private */
  dryad_output_options options;
  bool owns_file;
  int folder;                 /* -1: written directly */
  char name[NAME_MAX + 1];    /* in the folder */
  char pattern[NAME_MAX + 1]; /* of the name; empty: it contains no %t */
  int64_t time;
  char temporary[32]; /* the name until committed; empty: none */
} dryad_output;

/* Opens an output. EINTR means that a signal arrived while a FIFO waited for its reader; nothing is open, and the
   caller may try again. On false there is nothing to abandon. */
bool dryad_output_open(dryad_output *output, const char *path, const dryad_output_options *options,
                       dryad_safe_path_error *error);

/* Opens a new file in a folder that never gets a name; `path` is the folder. If the file system does not support that,
 * the file loses a random name at once, before anything is written. It cannot be committed. On false nothing is left
 * to abandon. */
bool dryad_output_open_unnamed(dryad_output *output, const char *folder, dryad_safe_path_error *error);

/* Whether writing it destroys this regular file: it is written in place, or replaced at the end. */
bool dryad_output_destroys(const dryad_output *output, dryad_file_id file);

/* Whether it is written in place, so that abandoning cannot undo it. */
bool dryad_output_is_direct(const dryad_output *output);

/* Bytes that an unprivileged user can still write to the file system; UINT64_MAX if there is no such limit. */
uint64_t dryad_output_room(const dryad_output *output);

/* Syncs, gives the file its name, and closes. On false, abandon it. */
bool dryad_output_commit(dryad_output *output, dryad_safe_path_error *error);

/* Closes the file and removes it unless it was committed. May be called more than once, also after committing. */
void dryad_output_abandon(dryad_output *output);

/* In a child made by fork: closes an output that its parent is writing, and leaves the file to the parent. */
void dryad_output_leave(dryad_output *output);

#endif
