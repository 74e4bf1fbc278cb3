/* What a dump is written to: a path, by way of a temporary file beside it, or a Python file object. */
#ifndef DRYAD_PYTHON_TARGET_H
#define DRYAD_PYTHON_TARGET_H

#include "sink.h"
#include "versions.h"

typedef struct dryad_target {
  int fd;
  bool own_fd;
  dryad_packing packing;
  char *path;      /* NULL for a file object */
  char *temporary; /* to be renamed to the path; NULL where the path is written itself: a pipe, a device */
  PyObject *file;  /* where a file object without a descriptor gets the text from fd; borrowed */
} dryad_target;

/* Opens a str, bytes or PathLike, or an object with a method `write`. False with a Python exception set. */
bool dryad_target_open(dryad_target *target, PyObject *file);

/* The end of a good dump: closes, and renames. 0 or an errno. Needs neither Python nor malloc. */
int dryad_target_commit(dryad_target *target);

/* Hands the text to a file object that has no descriptor. False with a Python exception set. */
bool dryad_target_deliver(dryad_target *target);

/* Closes what is open and removes a temporary file that is left. */
void dryad_target_deinit(dryad_target *target);

/* Sets OSError for an errno, with the path. */
void dryad_target_raise(const dryad_target *target, int error);

#endif
