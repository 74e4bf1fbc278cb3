/* SPDX-License-Identifier: MIT */
/* Opening the index of a heap, beside loading its dump. */
#ifndef BENCH_INDEXES_H
#define BENCH_INDEXES_H

#include "measure.h"

/* Writes the index beside the dump, with dominators, and measures. false: it failed, and said why on stderr. */
bool bench_indexes(const bench_dump *dump);

#endif
