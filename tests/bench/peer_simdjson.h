/* SPDX-License-Identifier: MIT */
/* The peer of the loader: simdjson, on one thread, reading every field of every line. */
#ifndef BENCH_PEER_SIMDJSON_H
#define BENCH_PEER_SIMDJSON_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds. simdjson has two modes: the DOM parses everything into a document, which is then walked here;
   On-Demand parses each value on access, here all of them, and keeps nothing. */
typedef struct peer_simdjson {
  double read; /* the file into memory */
  double dom, on_demand;
  uint64_t left_out; /* lines that it refuses (long integers, lone surrogates), removed before the clock starts */
} peer_simdjson;

/* false: it cannot read the file. */
bool simdjson_times(const char *path, peer_simdjson *result);

#ifdef __cplusplus
}
#endif
#endif
