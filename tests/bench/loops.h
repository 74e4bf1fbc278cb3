/* SPDX-License-Identifier: MIT */
/* Lua loops and conditions over a heap, compared with the same in plain Lua and in C. */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#include "measure.h"

/* Runs and reports everything; false: something failed or the answers differ, with details on stderr. */
bool bench_loops(const bench_dump *dump);

#endif
