/* SPDX-License-Identifier: MIT */
/* Code in the middle of which a thread must not be borrowed. */
#ifndef DRYAD_ATTACH_DANGER_H
#define DRYAD_ATTACH_DANGER_H

typedef enum dryad_danger {
  DRYAD_DANGER_NONE,
  DRYAD_DANGER_ALLOCATOR, /* libc's malloc or another */
  DRYAD_DANGER_LOADER,    /* the dynamic loader, dlopen and the like */
  DRYAD_DANGER_SIGNAL,    /* the return from a signal handler */
  DRYAD_DANGER_FORK,      /* fork, vfork, posix_spawn */
  DRYAD_DANGER_THREAD,    /* a thread being created or ended */
  DRYAD_DANGER_EXIT       /* exit, abort, atexit */
} dryad_danger;

/* Ends a sentence that begins with "the thread is in ": "the memory allocator". */
const char *dryad_danger_text(dryad_danger danger);

#endif
