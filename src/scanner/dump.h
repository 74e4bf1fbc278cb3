/* SPDX-License-Identifier: MIT */
/* Writes objects as lines of a dump. The first line has the facts of the process, the last one the number of lines. */
#ifndef DRYAD_SCANNER_DUMP_H
#define DRYAD_SCANNER_DUMP_H

#include "allocation_sites.h"
#include "facts.h"
#include "roots.h"
#include "text.h"
#include "walk.h"

typedef enum dryad_scope {
  DRYAD_SCOPE_ALL,       /* of all interpreters, everything reachable from the collector's objects and the threads */
  DRYAD_SCOPE_TRACKED,   /* of all interpreters, the collector's objects and their referents */
  DRYAD_SCOPE_REFERENCED /* everything reachable from given objects */
} dryad_scope;

typedef struct dryad_dump_options {
  dryad_privacy privacy;
  const dryad_facts *facts; /* of the process */
  const void *own_thread;   /* one of Dryad's, which is left out, or NULL */
  const void *traces;       /* dryad_traces_find(), or NULL to write no allocation sites */
  size_t allocation_frames; /* of each object */
  bool ask_sizes;           /* defer lines whose size needs Python code, and run it after the scan */
  int spool;                /* with ask_sizes: an empty file for such lines, owned by the caller */
  bool (*stopped)(void);    /* called now and then; true ends the scan; may be NULL */
} dryad_dump_options;

typedef struct dryad_dump {
  const dryad_dump_options *options;
  dryad_walk walk;
  const void *interpreter; /* the one whose objects are written */
  uint64_t number;         /* its number */
  dryad_roots roots;
  dryad_seen known; /* objects that roots may be, if they are not all marked when a scan begins */
  dryad_allocation_sites sites;
  dryad_seen frames; /* frames without objects, which get their own records */
  dryad_sink *sink;
  dryad_sink names;          /* in memory: the names of the references of one line, or its value, as JSON */
  dryad_sink deferred;       /* deferred lines, without their sizes */
  dryad_sink deferred_lines; /* a dryad_deferred_line for each of them */
  uint64_t count;            /* objects written */
  uint64_t bytes;            /* the sizes in them, except for deferred lines */
} dryad_dump;

/* Borrows all of its arguments. */
void dryad_dump_init(dryad_dump *dump, const dryad_state *state, const dryad_dump_options *options, dryad_sink *sink);
void dryad_dump_deinit(dryad_dump *dump);

/* Marks an object to start from: for DRYAD_SCOPE_REFERENCED, and in a free-threaded Python for the collector's objects,
 * which only the caller can find (stop_world.h). */
void dryad_dump_start(dryad_dump *dump, PyObject *object);

/* A visitproc with the dump as its context, for the collector's objects that cannot all be marked before the scan
 * begins: the interpreter's roots are looked for among them. */
int dryad_dump_know(PyObject *object, void *dump);

/* Scans and writes. It creates no object, runs no Python code, and needs the GIL or a stopped world throughout; the
 * collector must be off. 0 or an errno: ENOMEM, EINTR when stopped, EPROTO if the collector's lists are damaged, or an
 * error of writing. */
int dryad_dump_scan(dryad_dump *dump, dryad_scope scope);

/* The two parts of it, for one interpreter: marks what the scope starts from, as far as the scanner finds it; writes
 * what is marked and everything reachable from it. The second can be repeated after dryad_dump_start. */
int dryad_dump_begin(dryad_dump *dump, const void *interpreter, dryad_scope scope);
int dryad_dump_continue(dryad_dump *dump, dryad_scope scope);

/* Writes the last line, after all others. 0 or an errno. */
int dryad_dump_end(dryad_dump *dump);

/* 0, or the errno of the first failure so far. */
int dryad_dump_error(const dryad_dump *dump);

/* A deferred line: its object (a reference), and its end in the spool. */
typedef struct dryad_deferred_line {
  PyObject *object;
  uint64_t end;
} dryad_deferred_line;

const dryad_deferred_line *dryad_dump_deferred_lines(const dryad_dump *dump, size_t *count);

#endif
