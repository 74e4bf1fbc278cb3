/* SPDX-License-Identifier: MIT */
/* Loading and summarizing a dump beside simdjson parsing the same bytes, and the memory of the heap. */
#ifndef BENCH_LOADING_H
#define BENCH_LOADING_H

#include "measure.h"

/* Reports its rows. false: a run failed, with the reason on stderr. */
bool bench_loading(const bench_dump *dump);

#endif
