/* SPDX-License-Identifier: MIT */
/* Dominators with retained sizes and shortest paths beside igraph on the same graph, and `why` beside loading. */
#ifndef BENCH_ANALYSES_H
#define BENCH_ANALYSES_H

#include "measure.h"

/* Reports its rows. false: a run failed, or igraph and Dryad disagree; stderr says how. */
bool bench_analyses(const bench_dump *dump);

#endif
