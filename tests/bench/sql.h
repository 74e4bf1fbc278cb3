/* SPDX-License-Identifier: MIT */
/* SQL over a heap, compared with SQLite over plain tables of the same rows. */
#ifndef BENCH_SQL_H
#define BENCH_SQL_H

#include "measure.h"

/* Runs and reports everything; false: something failed or the answers differ, with details on stderr. */
bool bench_sql(const bench_dump *dump);

#endif
