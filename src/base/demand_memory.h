/* SPDX-License-Identifier: MIT */
/*
 * Memory that is filled when it is first touched: what an index on disk becomes when it is opened.
 *
 * The kernel tells of each touch of a page that is not there yet (Linux's userfaultfd); its own thread asks
 * its source for the block around it and puts it in place, then the touch goes on. So readers pay nothing for blocks
 * that are there, need not know of any of this, and use the very bytes that were checked, whatever becomes of the
 * file. Where the kernel does not offer that, everything is filled at once.
 *
 * A block that its source cannot give is replaced by a safe one, and the memory is damaged from then on: whoever read
 * from it asks dryad_demand_memory_check before giving an answer. A child process made by fork has no such memory; it
 * may release the memory, which leaves the parent's alone.
 */
#ifndef DRYAD_BASE_DEMAND_MEMORY_H
#define DRYAD_BASE_DEMAND_MEMORY_H

#include "dryad.h"

#define DRYAD_DEMAND_PAGE UINT64_C(4096)

/* Where blocks come from. Called on another thread, one call at a time. */
typedef struct dryad_demand_memory_source {
  void *context;
  uint64_t length;        /* of all, bytes; whole pages */
  uint64_t largest_block; /* bytes; whole pages */
  /* The block around a place: whole pages, at most `largest_block` of bytes. Blocks follow each other without gaps. */
  void (*locate)(void *context, uint64_t place, uint64_t *start, uint64_t *length);
  /* Fills all of a block. False: it could not be had and is a safe one, and `error` says why. */
  bool (*fill)(void *context, uint64_t start, uint64_t length, unsigned char *block, dryad_error *error);
  void (*free)(void *context);
} dryad_demand_memory_source;

typedef struct dryad_demand_memory dryad_demand_memory;

/* Takes over the source's context, also when this fails. Reports progress only where everything is filled at once. */
dryad_status dryad_demand_memory_new(dryad_demand_memory **out, const dryad_demand_memory_source *source,
                                     const dryad_allocator *allocator, dryad_progress progress, dryad_error *error);
dryad_demand_memory *dryad_demand_memory_retain(dryad_demand_memory *demand);
void dryad_demand_memory_release(dryad_demand_memory *demand); /* NULL is allowed */

unsigned char *dryad_demand_memory_start(const dryad_demand_memory *demand);
/* The allocator that it was made with, for which blocks inside of the memory are blocks too: freeing them does
   nothing, resizing them moves them out. Valid as long as the memory is. */
const dryad_allocator *dryad_demand_memory_allocator(const dryad_demand_memory *demand);
/* DRYAD_FORMAT once a block that was touched had to be replaced: the first one's error. */
dryad_status dryad_demand_memory_check(const dryad_demand_memory *demand, dryad_error *error);

#endif
