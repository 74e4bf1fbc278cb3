/* SPDX-License-Identifier: MIT */
/* The dumps to measure, as uncompressed files in the page cache. */
#ifndef BENCH_INPUTS_H
#define BENCH_INPUTS_H

#include "measure.h"

/* The folder for temporary files: $TMPDIR, else /tmp. */
const char *bench_folder(void);

/* A dump in a temporary file, which bench_input_close() removes. */
typedef struct bench_input {
  bench_dump dump;
  char name[128], path[64];
} bench_input;

/* A dump as it is, or decompressed; or one that is generated, with `objects` objects, named "generated".
   false: it failed, and said why on stderr; there is nothing to close. */
bool bench_input_open(bench_input *out, const char *path);
bool bench_input_generate(bench_input *out, uint64_t objects);
void bench_input_close(bench_input *input);

#endif
