/* SPDX-License-Identifier: MIT */
/* Dominators with retained sizes and shortest paths beside igraph on the same graph, and `why` beside loading. */
#ifndef BENCH_ANALYSES_H
#define BENCH_ANALYSES_H

#include "measure.h"

/* Tells its rows. false: a run failed, or igraph found something else than Dryad; stderr says what. */
bool bench_analyses(const bench_dump *dump);

#endif
