/* SPDX-License-Identifier: MIT */
/* Opening the index of a heap, beside loading its dump. */
#ifndef BENCH_INDEXES_H
#define BENCH_INDEXES_H

#include "measure.h"

/* Writes the index, with dominators, beside the dump, and measures. false: failed, with the reason on stderr. */
bool bench_indexes(const bench_dump *dump);

#endif
