/* SPDX-License-Identifier: MIT */
/* The memory of this process, as the kernel counts it. */
#ifndef DRYAD_SCANNER_RESIDENT_H
#define DRYAD_SCANNER_RESIDENT_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes. The last four are parts of the first: the heap that brk grows; anonymous mappings, which hold Python's arenas
 * and all that malloc does not take from the heap; mapped files; and the stacks of threads. */
typedef struct dryad_resident {
  uint64_t resident, proportional; /* the latter counts what n processes share as an n-th */
  uint64_t virtual;
  uint64_t heap, anonymous, files, stacks;
} dryad_resident;

/* Reads /proc/self/smaps; walks the page tables, at about 5 ms a GiB. False if it cannot be read. */
bool dryad_resident_measure(dryad_resident *memory);

#endif
