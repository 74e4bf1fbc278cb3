/* SPDX-License-Identifier: MIT */
/* One run in a process of its own, so that it has its own memory and caches. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The dump to measure, as an uncompressed file in the page cache. */
typedef struct bench_dump {
  const char *name; /* its name in rows */
  const char *path;
  uint64_t size; /* bytes */
} bench_dump;

/* Fills *result, or reports the failure on stderr and returns false. */
typedef bool measured_run(const char *path, void *result);

/* Runs it in a child and returns its result, of `size` bytes. false: the run failed. */
bool measure(measured_run *run, const char *path, void *result, size_t size);

double seconds_now(void); /* of a monotonic clock */

/* Anonymous memory of this process: bytes now, and the peak since the start or the last restart. */
uint64_t anonymous_bytes(void);
uint64_t anonymous_peak(void);
bool anonymous_peak_restart(void); /* false: this system cannot */

/* Of an odd number of values; sorts them. */
double median(double *values, size_t count);

#endif
