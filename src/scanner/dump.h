/* SPDX-License-Identifier: MIT */
/* Writes objects as lines of a dump. */
#ifndef DRYAD_SCANNER_DUMP_H
#define DRYAD_SCANNER_DUMP_H

#include "text.h"
#include "walk.h"

typedef enum dryad_scope {
  DRYAD_SCOPE_ALL,       /* what can be reached from what the collector tracks and from the threads */
  DRYAD_SCOPE_TRACKED,   /* what the collector tracks, and what that refers to */
  DRYAD_SCOPE_REFERENCED /* what can be reached from given objects */
} dryad_scope;

typedef struct dryad_dump_options {
  dryad_privacy privacy;
  bool ask_sizes;        /* where a size needs Python code, keep the line back and ask afterwards */
  int spool;             /* with ask_sizes: an empty file for such lines, which stays the caller's */
  bool (*stopped)(void); /* asked now and then whether to end the scan; may be NULL */
} dryad_dump_options;

typedef struct dryad_dump {
  const dryad_dump_options *options;
  dryad_walk walk;
  dryad_seen frames; /* frames without objects, which are records of their own */
  dryad_sink *sink;
  dryad_sink deferred;       /* lines that were kept back, without their sizes */
  dryad_sink deferred_lines; /* a dryad_deferred_line for each of them */
  uint64_t count;            /* lines written */
  uint64_t bytes;            /* the sizes in them, but for those of lines that were kept back */
} dryad_dump;

/* All of these borrow. */
void dryad_dump_init(dryad_dump *dump, const dryad_state *state, const dryad_dump_options *options, dryad_sink *sink);
void dryad_dump_deinit(dryad_dump *dump);

/* Marks an object to start at: for DRYAD_SCOPE_REFERENCED, and in a free-threaded Python those that the collector
 * tracks, which only the caller can find (world.h). */
void dryad_dump_start(dryad_dump *dump, PyObject *object);

/* Scans: no object is made, no Python code runs, and the GIL is held throughout; the collector must be off. 0 or an
 * errno: ENOMEM, EINTR when it was stopped, EPROTO where the collector's lists are not as they should be, and what
 * writing gives. */
int dryad_dump_scan(dryad_dump *dump, dryad_scope scope);

/* 0, or the errno of what went wrong so far. */
int dryad_dump_error(const dryad_dump *dump);

/* A line that was kept back: its object (a reference), and where it ends in the spool. */
typedef struct dryad_deferred_line {
  PyObject *object;
  uint64_t end;
} dryad_deferred_line;

const dryad_deferred_line *dryad_dump_deferred_lines(const dryad_dump *dump, size_t *count);

#endif
