/* SPDX-License-Identifier: MIT */
/* The figures of an earlier run that are kept with the source, to notice what became worse. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "measure.h"

/* Reads the rows that table_write() wrote. false: it is no such file, said on stderr; one that is missing is empty. */
bool figures_read(const char *path);
void figures_free(void);

/* The figure of a row of this name; 0: none is kept. Times alone mean nothing in another run: units of time have none.
 */
double figure_kept(const char *dump, const char *what, const char *unit);

#endif
