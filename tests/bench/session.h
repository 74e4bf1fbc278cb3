/* SPDX-License-Identifier: MIT */
/* The starting point of every analysis: a loaded heap and its roots. */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "dryad.h"

typedef struct session {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_roots *roots;
  double load_seconds;  /* with two threads */
  double roots_seconds; /* computing them, right after loading */
} session;

/* `allocator` NULL: the library's own. false: failed, with the reason on stderr. Close with session_close. */
bool session_open(session *out, const char *path, const dryad_allocator *allocator);
void session_close(session *opened);

/* A measured_run (measure.h): *seconds receives the loading time, a double. */
bool session_load_seconds(const char *path, void *seconds);

/* For failures: reports the error on stderr, returns false. */
bool session_failed(const dryad_error *error);

#endif
