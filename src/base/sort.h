/* SPDX-License-Identifier: MIT */
/* Stable radix sort of ids by 64-bit keys. Source: LSD radix sort, H. H. Seward, 1954. */
#ifndef DRYAD_BASE_SORT_H
#define DRYAD_BASE_SORT_H

#include "dryad.h"

/* Permutes keys[count] and ids[count] together into ascending order of the keys. O(count) time and
   scratch; bytes that all keys share cost nothing. DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_sort(const dryad_allocator *allocator, uint64_t *keys, uint32_t *ids, uint64_t count,
                        dryad_error *error);

#endif
