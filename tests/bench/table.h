/* What the benchmark tells: rows on the terminal, and the same as JSON. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "measure.h"

/* A target of 0: none. A value above its target is said to have missed it. */
void row(const bench_dump *dump, const char *what, double value, const char *unit, double target);

/* Ratios have targets for dumps from a size on, where times are long enough to compare: `target` for
   those, 0 for smaller ones. */
double target_if_large(const bench_dump *dump, double target);

/* Writes all rows told so far, and forgets them. */
void table_write(const char *path);

#endif
