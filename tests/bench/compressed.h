/* SPDX-License-Identifier: MIT */
/* Loading compressed dumps, beside the programs that only decompress them. */
#ifndef BENCH_COMPRESSED_H
#define BENCH_COMPRESSED_H

#include "measure.h"

/* Compresses the dump to a file beside it, and measures. false: failed, with the reason on stderr. */
bool bench_compressed(const bench_dump *dump);

#endif
