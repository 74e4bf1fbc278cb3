/* SPDX-License-Identifier: MIT */
/* The recorded baseline of an earlier run, kept with the source to detect regressions. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "measure.h"

/* Reads the rows that table_write() wrote; a missing file is an empty table. false: not such a file, reported on
 * stderr.
 */
bool figures_read(const char *path);
void figures_free(void);

/* The baseline of the row of this name; 0: none. Absolute times mean nothing in another run, so units of time have
 * none.
 */
double figure_kept(const char *dump, const char *what, const char *unit);

#endif
