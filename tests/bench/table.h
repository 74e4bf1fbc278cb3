/* SPDX-License-Identifier: MIT */
/* What the benchmark tells: rows on the terminal, and the same as JSON. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "measure.h"

/* A target of 0: none. A value above its target is said to have missed it, and one of a large dump that is more than
   a tenth above the figure kept (figures.h) is said to be worse. */
void row(const bench_dump *dump, const char *what, double value, const char *unit, double target);

/* Ratios have targets for dumps from a size on, where times are long enough to compare: `target` for
   those, 0 for smaller ones. */
double target_if_large(const bench_dump *dump, double target);

/* Says how many rows missed or became worse; writes all rows told so far, and forgets them. */
void table_write(const char *path);

#endif
