/* SPDX-License-Identifier: MIT */
/* Cases that are measured in Lua, by a script run as the program runs one. */
#ifndef BENCH_SCRIPT_H
#define BENCH_SCRIPT_H

#include "measure.h"

/* Runs a script of tests/bench for which BENCH = {dump =, folder =} is given, the folder being an empty one that goes
   afterwards, and reads BENCH.figures[names[i]] into figures[i]. false: something failed, as stderr says. */
bool script_run(const char *script, const char *dump, const char *const *names, size_t count, double *figures);

#endif
