/* SPDX-License-Identifier: MIT */
/* Running one function on several threads at once. */
#ifndef DRYAD_BASE_PARALLEL_H
#define DRYAD_BASE_PARALLEL_H

#include "dryad.h"

enum { DRYAD_MAX_THREADS = 64 };

/* The number of threads to use for `wanted` (0: one per processor); 1 .. DRYAD_MAX_THREADS. */
unsigned dryad_thread_count(unsigned wanted);

/* Runs run(context, 0) on the caller's thread and run(context, 1 .. threads - 1) on others, and waits for all. If a
   thread cannot be started, the caller runs its share afterwards. Each run is traced as `stage`, a static string. */
void dryad_parallel(const char *stage, unsigned threads, void (*run)(void *context, unsigned index), void *context);

#endif
