/* SPDX-License-Identifier: MIT */
/*
 * Dumps with the shape of real heaps, of any number of objects: types, sizes, text, references and their
 * distances are those of the dumps that real services wrote.
 */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Writes `count` objects, at least GENERATE_SMALLEST; about 138 bytes and 3.3 references each. The same
 * count and seed give the same bytes. false: writing failed (errno). */
enum { GENERATE_SMALLEST = 20000 };
bool generate_dump(FILE *file, uint64_t count, uint64_t seed);

#endif
