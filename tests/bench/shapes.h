/* SPDX-License-Identifier: MIT */
/* The same dump in other shapes than the canonical one: none may fall off a cliff. */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include "measure.h"

/* Rewrites the dump in each shape beside itself, and measures loading. false: it failed, and said why on stderr. */
bool bench_shapes(const bench_dump *dump);

#endif
