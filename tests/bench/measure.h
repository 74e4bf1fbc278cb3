/* One run of one case in a process of its own, so that memory is its own too. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "peer_simdjson.h"

typedef enum bench_case { LOAD_2_THREADS, LOAD_1_THREAD, SIMDJSON } bench_case;

typedef struct measurement {
  double seconds;   /* file to a heap that answered summarize */
  double summarize; /* seconds of that */
  simdjson_seconds peer;
  uint64_t objects, refs;
  uint64_t array_bytes; /* of the heap, without text */
  uint64_t text_bytes;
  uint64_t peak_bytes; /* of anonymous memory */
} measurement;

/* false: the run failed; it said why on stderr. */
bool measure(bench_case which, const char *path, measurement *result);

#endif
