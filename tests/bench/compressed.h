/* SPDX-License-Identifier: MIT */
/* Loading compressed dumps, beside the programs that only decompress them. */
#ifndef BENCH_COMPRESSED_H
#define BENCH_COMPRESSED_H

#include "measure.h"

/* Compresses the dump beside itself, and measures. false: it failed, and said why on stderr. */
bool bench_compressed(const bench_dump *dump);

#endif
