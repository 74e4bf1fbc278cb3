/* SPDX-License-Identifier: MIT */
/* The base of every test program: cmocka with the headers that it needs first, and random numbers that are the same in
   every run. */
#ifndef DRYAD_TESTS_TESTING_H
#define DRYAD_TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Source: SplitMix64, G. L. Steele, D. Lea and C. H. Flood, 2014. */
static inline uint64_t random_next(uint64_t *seed)
{
  uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}
static inline unsigned random_below(uint64_t *seed, unsigned n) { return (unsigned)(random_next(seed) % n); }
static inline bool chance(uint64_t *seed, unsigned percent) { return random_below(seed, 100) < percent; }

/* Compares 64-bit numbers, and prints them in full if they differ. */
#define assert_number(actual, expected)                                                                                \
  do {                                                                                                                 \
    unsigned long long actual_number = (actual), expected_number = (expected);                                         \
    if (actual_number != expected_number) fail_msg("%s is %llu, not %llu", #actual, actual_number, expected_number);   \
  } while (0)

/* Random numbers of every length up to `max_bits`. */
static inline uint64_t random_bits(uint64_t *seed, unsigned max_bits)
{
  unsigned bits = random_below(seed, max_bits + 1);
  return bits ? random_next(seed) >> (64 - bits) : 0;
}

#endif
