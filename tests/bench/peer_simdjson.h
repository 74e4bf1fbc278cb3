/* SPDX-License-Identifier: MIT */
/* The peer of the loader: simdjson, on one thread, looking at every field of every line. */
#ifndef BENCH_PEER_SIMDJSON_H
#define BENCH_PEER_SIMDJSON_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds. simdjson has two ways: the DOM parses everything into a document, which is then walked over
   here; On-Demand parses a value when it is asked for, here each one, and keeps nothing. */
typedef struct peer_simdjson {
  double read; /* the file into memory */
  double dom, on_demand;
  uint64_t left_out; /* lines that it refuses (long integers, lone surrogates), taken out before the clock starts */
} peer_simdjson;

/* false: it cannot read the file. */
bool simdjson_times(const char *path, peer_simdjson *result);

#ifdef __cplusplus
}
#endif
#endif
