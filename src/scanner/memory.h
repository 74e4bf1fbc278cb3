/* SPDX-License-Identifier: MIT */
/* The scanner's own memory, directly from the system. A forked child must not call malloc, whose locks another thread
 * of the parent may have held, and the scan should not change the heap that it scans. */
#ifndef DRYAD_SCANNER_MEMORY_H
#define DRYAD_SCANNER_MEMORY_H

#include <stddef.h>

/* Grows a block of pages from `old_size` to `new_size` bytes (new ones are zero) and may move it; NULL and 0 make a new
 * block. NULL when out of memory: the old block is unchanged. */
void *dryad_pages_grow(void *block, size_t old_size, size_t new_size);
void dryad_pages_free(void *block, size_t size);

/* Small pieces that live as long as their pool. All zero is an empty pool. */
typedef struct dryad_pool {
  struct dryad_pool_block *blocks;
} dryad_pool;

/* Zeroed memory aligned for anything, or NULL. */
void *dryad_pool_alloc(dryad_pool *pool, size_t size);
void dryad_pool_deinit(dryad_pool *pool);

#endif
