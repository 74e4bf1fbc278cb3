/* SPDX-License-Identifier: MIT */
/* What every analysis starts from: a loaded heap and its roots. */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "dryad.h"

typedef struct session {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_roots *roots;
  double load_seconds;  /* with two threads */
  double roots_seconds; /* settling them, on the heap just loaded */
} session;

/* `allocator` NULL: the library's own. false: it failed, and said why on stderr. Closed by session_close. */
bool session_open(session *out, const char *path, const dryad_allocator *allocator);
void session_close(session *opened);

/* A measured_run (measure.h): *seconds becomes a double, what loading took. */
bool session_load_seconds(const char *path, void *seconds);

/* For failures: says the error on stderr, returns false. */
bool session_failed(const dryad_error *error);

#endif
