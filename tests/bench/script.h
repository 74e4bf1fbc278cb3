/* SPDX-License-Identifier: MIT */
/* Cases measured in Lua, by a script that runs as under the program. */
#ifndef BENCH_SCRIPT_H
#define BENCH_SCRIPT_H

#include "measure.h"

/* Runs a script of tests/bench with BENCH = {dump =, folder =}, where the folder is empty and removed afterwards, and
   reads BENCH.figures[names[i]] into figures[i]. false: failed, with the reason on stderr. */
bool script_run(const char *script, const char *dump, const char *const *names, size_t count, double *figures);

#endif
