/* SPDX-License-Identifier: MIT */
/*
 * Watches that loading leaves the machine enough memory, so that it ends with a sentence before the machine swaps or
 * the kernel kills something. It asks for figures whenever progress is reported, and never ends by an estimate: what
 * fits is loaded. An estimate that exceeds what is left is told with the progress, early enough to start again.
 */
#ifndef DRYAD_FORMATS_MELIAE_MEMORY_WATCH_H
#define DRYAD_FORMATS_MELIAE_MEMORY_WATCH_H

#include "dryad.h"

typedef struct dryad_memory_watch {
  const char *root;        /* for dryad_free_memory_ask */
  const char *dump;        /* its name in messages; borrowed */
  uint64_t max_memory;     /* bytes that loading may take; 0: all that is free */
  bool spills;             /* to disk already */
  uint64_t before;         /* taken when it began */
  uint64_t next_time;      /* to ask, in nanoseconds */
  _Atomic double read;     /* the part of the dump that has been read; 0: unknown */
  dryad_progress progress; /* the caller's */
  bool is_tight;           /* the estimate exceeds what is left */
  bool has_failed;         /* with this error */
  dryad_error error;
} dryad_memory_watch;

/* `max_memory`, `spill` and `progress` of the options count. */
void dryad_memory_watch_init(dryad_memory_watch *watch, const char *dump, const dryad_load_options *options);
/* Reports to the caller's progress, and stops what reports to it when memory runs out. Valid as long as the watch is
   there. Like any progress, on the caller's thread alone. */
dryad_progress dryad_memory_watch_progress(dryad_memory_watch *watch);
/* Fails with DRYAD_LIMIT if `more` bytes would be too much. On any thread. */
dryad_status dryad_memory_watch_check(const dryad_memory_watch *watch, uint64_t more, dryad_error *error);
/* The status and error of work that reported to it and returned `status`. */
dryad_status dryad_memory_watch_explain(const dryad_memory_watch *watch, dryad_status status, dryad_error *error);

#endif
