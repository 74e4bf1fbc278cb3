/*
 * Memory that is filled when it is first touched: what an index on disk becomes when it is opened.
 *
 * The kernel tells of each touch of a page that is not there yet (Linux's userfaultfd); a thread of the backing asks
 * its source for the block around it and puts it in place, then the touch goes on. So readers pay nothing for blocks
 * that are there, need not know of any of this, and use the very bytes that were checked, whatever becomes of the
 * file. Where the kernel does not offer that, everything is filled at once.
 *
 * A block that its source cannot give is replaced by a safe one, and the backing is damaged from then on: whoever read
 * from it asks dryad_backing_check before giving an answer. A child process made by fork has no such memory; it may
 * release the backing, which leaves the parent's alone.
 */
#ifndef DRYAD_CORE_BACKING_H
#define DRYAD_CORE_BACKING_H

#include "dryad.h"

#define DRYAD_BACKING_PAGE UINT64_C(4096)

/* Where blocks come from. Called on another thread, one call at a time. */
typedef struct dryad_backing_source {
  void *context;
  uint64_t length;        /* of all, bytes; whole pages */
  uint64_t largest_block; /* bytes; whole pages */
  /* The block around a place: whole pages, at most `largest_block` of bytes. Blocks follow each other without gaps. */
  void (*locate)(void *context, uint64_t place, uint64_t *start, uint64_t *length);
  /* Fills all of a block. False: it could not be had and is a safe one, and `error` says why. */
  bool (*fill)(void *context, uint64_t start, uint64_t length, unsigned char *block, dryad_error *error);
  void (*free)(void *context);
} dryad_backing_source;

typedef struct dryad_backing dryad_backing;

/* Takes over the source's context, also when this fails. Reports progress only where everything is filled at once. */
dryad_status dryad_backing_new(dryad_backing **out, const dryad_backing_source *source,
                               const dryad_allocator *allocator, dryad_progress progress, dryad_error *error);
dryad_backing *dryad_backing_retain(dryad_backing *backing);
void dryad_backing_release(dryad_backing *backing); /* NULL is allowed */

unsigned char *dryad_backing_memory(const dryad_backing *backing);
/* The allocator that it was made with, for which blocks inside of the memory are blocks too: freeing them does
   nothing, resizing them moves them out. Valid as long as the backing is. */
const dryad_allocator *dryad_backing_allocator(const dryad_backing *backing);
/* DRYAD_FORMAT once a block that was touched had to be replaced: the first one's error. */
dryad_status dryad_backing_check(const dryad_backing *backing, dryad_error *error);

#endif
