/* SPDX-License-Identifier: MIT */
/* The benchmark's output: rows on the terminal, and the same as JSON. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "measure.h"

/* A target of 0: none. Reports a value above its target as missed, and for large dumps a value of more than 10 % above
   the baseline (figures.h) as a regression. */
void row(const bench_dump *dump, const char *what, double value, const char *unit, double target);

/* Ratios have targets only for large dumps, where times are long enough to compare: `target` for those, 0
   for smaller ones. */
double target_if_large(const bench_dump *dump, double target);

/* Reports how many rows missed their target or regressed; writes all rows so far, and clears them. */
void table_write(const char *path);

#endif
