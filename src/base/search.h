/* SPDX-License-Identifier: MIT */
/* Binary search. */
#ifndef DRYAD_BASE_SEARCH_H
#define DRYAD_BASE_SEARCH_H

#include <stdint.h>

/* The place of the first of `count` ascending numbers that is at least `number`; `count` if all are smaller.
   `ascending` may be NULL if `count` is 0. O(log count). */
static inline uint64_t dryad_lower_bound(const uint32_t *ascending, uint64_t count, uint32_t number)
{
  uint64_t low = 0, high = count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (ascending[middle] < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

#endif
