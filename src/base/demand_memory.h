/* SPDX-License-Identifier: MIT */
/*
 * Memory that is filled when it is first touched. An opened index lives in it.
 *
 * The kernel reports each access to a missing page (Linux's userfaultfd); a thread asks the source for the block around
 * the page and puts it in place, then the access continues. Readers pay nothing for blocks that are present, need no
 * special code, and see exactly the bytes that were checked, whatever happens to the file. Where the kernel does not
 * support this, everything is filled at once.
 *
 * If the source cannot deliver a block, a safe one replaces it and the memory counts as damaged from then on: readers
 * call dryad_demand_memory_check before they return an answer. The memory does not exist in a child made by fork,
 * unless dryad_demand_memory_complete was called before; the child may release it without affecting the parent.
 */
#ifndef DRYAD_BASE_DEMAND_MEMORY_H
#define DRYAD_BASE_DEMAND_MEMORY_H

#include "dryad.h"

#define DRYAD_DEMAND_PAGE UINT64_C(4096)

/* Where blocks come from. Called on another thread, one call at a time. */
typedef struct dryad_demand_memory_source {
  void *context;
  uint64_t length;        /* total bytes; whole pages */
  uint64_t largest_block; /* bytes; whole pages */
  /* The block around an offset: whole pages, at most `largest_block` bytes. Blocks are contiguous. */
  void (*locate)(void *context, uint64_t place, uint64_t *start, uint64_t *length);
  /* Fills a whole block. False: it is a safe substitute, and `error` says why. */
  bool (*fill)(void *context, uint64_t start, uint64_t length, unsigned char *block, dryad_error *error);
  void (*free)(void *context);
} dryad_demand_memory_source;

typedef struct dryad_demand_memory dryad_demand_memory;

/* Takes over the source's context, also when this fails. Reports progress only if everything is filled at once. */
dryad_status dryad_demand_memory_new(dryad_demand_memory **out, const dryad_demand_memory_source *source,
                                     const dryad_allocator *allocator, dryad_progress progress, dryad_error *error);
dryad_demand_memory *dryad_demand_memory_retain(dryad_demand_memory *demand);
void dryad_demand_memory_release(dryad_demand_memory *demand); /* NULL is allowed */

unsigned char *dryad_demand_memory_start(const dryad_demand_memory *demand);
/* The allocator that the memory was made with, extended to blocks inside the memory: freeing them does nothing,
   resizing moves them out. Valid as long as the memory is. */
const dryad_allocator *dryad_demand_memory_allocator(const dryad_demand_memory *demand);
/* Fills everything that is missing, so that the memory exists in children that are made by fork from then on. */
dryad_status dryad_demand_memory_complete(dryad_demand_memory *demand, dryad_progress progress, dryad_error *error);
/* DRYAD_FORMAT, with the first error, once any touched block had to be replaced. */
dryad_status dryad_demand_memory_check(const dryad_demand_memory *demand, dryad_error *error);

#endif
