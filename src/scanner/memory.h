/* SPDX-License-Identifier: MIT */
/* The scanner's own memory: straight from the system. A forked child may not call malloc, whose locks another thread
 * of the parent may have held, and what is scanned should not be changed by the scan. */
#ifndef DRYAD_SCANNER_MEMORY_H
#define DRYAD_SCANNER_MEMORY_H

#include <stddef.h>

/* Grows a block of pages from `old_size` to `new_size` bytes (new ones are zero) and may move it; with NULL and 0
 * makes one. NULL when there is no memory: the old block is as it was. */
void *dryad_pages_grow(void *block, size_t old_size, size_t new_size);
void dryad_pages_free(void *block, size_t size);

/* Small pieces that live as long as their pool. Zeroed is empty. */
typedef struct dryad_pool {
  struct dryad_pool_block *blocks;
} dryad_pool;

/* Zeroed memory aligned for anything, or NULL. */
void *dryad_pool_alloc(dryad_pool *pool, size_t size);
void dryad_pool_deinit(dryad_pool *pool);

#endif
