/*
 * How loading, summarize and dominators go on with the number of objects: generated dumps of 1 and 10 million objects,
 * and of as many million more as $DRYAD_BENCH_SCALE says (100 takes 14 GB of disk and as much again for the spilled
 * heap, 12 GiB of memory and half an hour). Files are made in $TMPDIR, else in /tmp.
 */
#ifndef BENCH_SCALE_H
#define BENCH_SCALE_H

#include <stdbool.h>

/* false: a run failed, and said why on stderr. */
bool bench_scale(void);

#endif
