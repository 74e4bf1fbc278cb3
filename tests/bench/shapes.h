/* SPDX-License-Identifier: MIT */
/* The same dump in other layouts than the canonical one: none may be drastically slower. */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include "measure.h"

/* Rewrites the dump in each layout to a file beside it, and measures loading. false: failed, with the reason on stderr.
 */
bool bench_shapes(const bench_dump *dump);

#endif
