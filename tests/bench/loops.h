/* SPDX-License-Identifier: MIT */
/* Loops and conditions of Lua over a heap, beside the same of plain Lua and of C. */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#include "measure.h"

/* Runs and tells everything; false: something failed or the answers differ, as stderr says. */
bool bench_loops(const bench_dump *dump);

#endif
