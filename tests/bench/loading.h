/* SPDX-License-Identifier: MIT */
/* Loading and summarizing a dump beside simdjson parsing the same bytes, and the memory of the heap. */
#ifndef BENCH_LOADING_H
#define BENCH_LOADING_H

#include "measure.h"

/* Tells its rows. false: a run failed; it said why on stderr. */
bool bench_loading(const bench_dump *dump);

#endif
