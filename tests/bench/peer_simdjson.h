/* The peer of the loader: simdjson, on one thread, looking at every field of every line. */
#ifndef BENCH_PEER_SIMDJSON_H
#define BENCH_PEER_SIMDJSON_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds to read the file into memory and, after that, to parse it; false: it cannot. */
bool simdjson_times(const char *path, double *read_seconds, double *parse_seconds);

#ifdef __cplusplus
}
#endif
#endif
