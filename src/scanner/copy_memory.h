/* SPDX-License-Identifier: MIT */
/* Python's own memory in a copy of the process. Some sizes come from a __sizeof__ written in C, which briefly creates
 * an int. Python may allocate that with malloc (PYTHONMALLOC, debug builds), whose locks another thread of the process
 * may have held when the copy was made. */
#ifndef DRYAD_SCANNER_COPY_MEMORY_H
#define DRYAD_SCANNER_COPY_MEMORY_H

#include <stddef.h>

typedef struct dryad_copy_memory {
  char *start; /* pages of its own */
  size_t used;
  struct dryad_copy_piece *spare; /* freed pieces */
} dryad_copy_memory;

/* From now on Python allocates from `memory`; blocks from elsewhere that it frees are leaked. Call this only in the
 * copy, where `memory` must live to the end. 0 or ENOMEM. */
int dryad_copy_memory_start(dryad_copy_memory *memory);

#endif
