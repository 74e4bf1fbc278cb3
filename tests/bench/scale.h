/* SPDX-License-Identifier: MIT */
/*
 * How loading, summarize and dominators scale with the number of objects: generated dumps of 1, 10 and 100 million
 * objects, up to as many million as $DRYAD_BENCH_SCALE says, 10 by default; 0: none. 100 takes 14 GB of disk and as
 * much again for the spilled heap, and 8 GiB of memory. Files are created in $TMPDIR, else in /tmp.
 */
#ifndef BENCH_SCALE_H
#define BENCH_SCALE_H

#include <stdbool.h>

/* false: a run failed, with the reason on stderr. */
bool bench_scale(void);

#endif
