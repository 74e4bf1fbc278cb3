/* SPDX-License-Identifier: MIT */
/* SQL over a heap, beside SQLite over plain tables of the same rows. */
#ifndef BENCH_SQL_H
#define BENCH_SQL_H

#include "measure.h"

/* Runs and tells everything; false: something failed or the answers differ, as stderr says. */
bool bench_sql(const bench_dump *dump);

#endif
