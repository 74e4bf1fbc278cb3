/* What a dump is written to: a path, by way of a temporary file beside it, or a Python file object. */
#ifndef DRYAD_PYTHON_TARGET_H
#define DRYAD_PYTHON_TARGET_H

#include "api.h"
#include "sink.h"

typedef struct dryad_target {
  int fd;
  bool own_fd;
  int stream; /* a pipe or socket that gets the text from fd, or -1 */
  bool own_stream;
  dryad_packing packing;
  char *path;      /* as given; NULL for a file object */
  char *place;     /* where the dump will be: absolute, links followed; NULL where nothing is renamed */
  char *temporary; /* to be renamed to that; NULL where the path is written itself: a pipe, a device */
  PyObject *file;  /* where a file object that is written by its method gets the text from fd; borrowed */
} dryad_target;

/* `streams`: what is written need not wait for anybody, so pipes and sockets are written at once. Else they get the
 * text from a temporary file in the end: their reader may be a thread of this process, and may be slow.
 *
 * Opens a str, bytes or PathLike, or an object with a method `write`. False with a Python exception set.
 * Names of open descriptors (/dev/stdout, /dev/fd/N) are those descriptors. Plain files of Python's module io are
 * written by their descriptor; all others by their method, since they may pack what is written, or send it elsewhere.
 */
bool dryad_target_open(dryad_target *target, PyObject *file, bool streams);

/* A new file without a name, to write and read: its descriptor, or -1 and errno. */
int dryad_spool_open(void);

/* The end of a good dump: closes, and renames. 0 or an errno. Needs neither Python nor malloc. */
int dryad_target_commit(dryad_target *target);

/* Hands the text to a stream, or a file object that is written by its method. False with a Python exception set. */
bool dryad_target_deliver(dryad_target *target);

/* Closes what is open and removes a temporary file that is left. */
void dryad_target_deinit(dryad_target *target);

/* Sets OSError for an errno, with the path. */
void dryad_target_raise(const dryad_target *target, int error);

#endif
