/* SPDX-License-Identifier: MIT */
/*
 * An allocator that reuses the memory of freed blocks instead of returning it to the kernel.
 *
 * Building a graph makes and frees a dozen large arrays one after the other, and fresh memory is expensive: the kernel
 * has to clear it, and on a virtual machine the host may have to find it first. So the pool keeps the huge pages of a
 * freed block and moves them under the next one by mremap, which copies nothing.
 *
 * Its blocks are blocks of dryad_default_allocator: they may outlive the pool, and are then resized and freed by that
 * allocator. On top of any other allocator, the pool is that allocator.
 */
#ifndef DRYAD_BASE_PAGE_POOL_H
#define DRYAD_BASE_PAGE_POOL_H

#include <pthread.h>

#include "base/memory.h"

typedef struct dryad_page_pool {
  dryad_allocator allocator; /* for users; its blocks are not zeroed. Safe from several threads */
  pthread_mutex_t mutex;     /* guards the rest */
  dryad_column runs;         /* dryad_page_run[run_count] */
  uint64_t run_count;
} dryad_page_pool;

/* `below` must outlive it. Do not move it afterwards. */
void dryad_page_pool_init(dryad_page_pool *pool, const dryad_allocator *below);
/* Returns the kept pages to the kernel. */
void dryad_page_pool_deinit(dryad_page_pool *pool);

#endif
