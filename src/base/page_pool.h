/* SPDX-License-Identifier: MIT */
/*
 * An allocator that gives the memory of freed blocks to the next ones, instead of to the kernel.
 *
 * A build makes and frees a dozen large arrays one after the other, and the dearest thing it can ask for
 * is memory that the process did not have before: the kernel clears it, and where the machine is a
 * virtual one, its host may have to find it first. So the huge pages of a freed block are kept, and
 * moved under the next block by mremap, which copies nothing.
 *
 * What it gives are blocks of dryad_default_allocator: they may outlive the pool, and are then
 * resized and freed by that one. With any other allocator below, this is that allocator.
 */
#ifndef DRYAD_BASE_PAGE_POOL_H
#define DRYAD_BASE_PAGE_POOL_H

#include <pthread.h>

#include "base/memory.h"

typedef struct dryad_page_pool {
  dryad_allocator allocator; /* to be used; its blocks' content is not zero. Safe from several threads */
  pthread_mutex_t mutex;     /* guards the rest */
  dryad_column runs;         /* dryad_page_run[run_count] */
  uint64_t run_count;
} dryad_page_pool;

/* `below` must outlive it. Do not move it afterwards. */
void dryad_page_pool_init(dryad_page_pool *pool, const dryad_allocator *below);
/* Gives what is kept to the kernel. */
void dryad_page_pool_deinit(dryad_page_pool *pool);

#endif
