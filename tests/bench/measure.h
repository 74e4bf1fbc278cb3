/* SPDX-License-Identifier: MIT */
/* One run of something in a process of its own, so that its memory and its caches are its own too. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The dump that is measured, as a plain file whose pages are in the cache. */
typedef struct bench_dump {
  const char *name; /* what rows call it */
  const char *path;
  uint64_t size; /* bytes */
} bench_dump;

/* Fills *result, or says on stderr what failed and returns false. */
typedef bool measured_run(const char *path, void *result);

/* Runs it in a child and brings its result, of `size` bytes, back. false: the run failed. */
bool measure(measured_run *run, const char *path, void *result, size_t size);

double seconds_now(void); /* of a clock that never goes back */

/* Anonymous memory of this process: bytes now, and the most there were since the start or the last restart. */
uint64_t anonymous_bytes(void);
uint64_t anonymous_peak(void);
bool anonymous_peak_restart(void); /* false: this system cannot */

/* Of an odd count of values, which are sorted on the way. */
double median(double *values, size_t count);

#endif
