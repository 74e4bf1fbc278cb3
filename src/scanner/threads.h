/* SPDX-License-Identifier: MIT */
/* The threads of Python: their states, and what the module threading knows of them. */
#ifndef DRYAD_SCANNER_THREADS_H
#define DRYAD_SCANNER_THREADS_H

#include "frames.h"
#include "sink.h"

#include <sys/types.h>

/* The threads of an interpreter, newest first; NULL at the end. */
const void *dryad_threads_first(const void *interpreter);
const void *dryad_threads_next(const void *thread);

/* Visits the frames of a thread, innermost first, and by name the objects that its state holds. Exceptions that a
 * generator handles are held by that. */
int dryad_thread_visit(const void *thread, dryad_visitor *visitor);

enum { DRYAD_THREAD_NAME = 20 }; /* bytes of a thread's name in the kernel, and more */

typedef struct dryad_thread_facts {
  uint64_t ident, native_id; /* as in threading.Thread; the latter is 0 if it is unknown */
  uint64_t interpreter;
  PyObject *name;                      /* a str, or NULL */
  char native_name[DRYAD_THREAD_NAME]; /* without `name`, the kernel's; may be empty */
  const PyObject *daemon;              /* a bool, or NULL if it is unknown */
} dryad_thread_facts;

/* Looks a thread up in the process with this id, which may be the one that this is a copy of. Runs no code. */
void dryad_thread_describe(dryad_thread_facts *facts, const void *thread, const void *interpreter, pid_t pid);

/* Writes all but its name as a JSON object. */
void dryad_thread_facts_put(const dryad_thread_facts *facts, dryad_sink *sink);

#endif
