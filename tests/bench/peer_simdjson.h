/* The peer of the loader: simdjson, on one thread, looking at every field of every line. */
#ifndef BENCH_PEER_SIMDJSON_H
#define BENCH_PEER_SIMDJSON_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds. simdjson has two ways: the DOM parses everything into a document, which is then walked over
   here; On-Demand parses a value when it is asked for, here each one, and keeps nothing. */
typedef struct simdjson_seconds {
  double read; /* the file into memory */
  double dom;  /* 0: it refuses the dump, which is no strict JSON (NaN, lone surrogates, broken UTF-8) */
  double on_demand;
} simdjson_seconds;

/* false: it cannot read or parse the file. */
bool simdjson_times(const char *path, simdjson_seconds *seconds);

#ifdef __cplusplus
}
#endif
#endif
