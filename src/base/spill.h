/* SPDX-License-Identifier: MIT */
/*
 * An allocator that keeps large blocks on disk: each is a mapped, unnamed file in a given folder, so nothing is left
 * behind however the program ends. The kernel pages them out and in as memory is needed; they do not count as anonymous
 * memory or against RLIMIT_DATA.
 *
 * Disk space for the whole block is reserved when it is made, so a full disk means a refused allocation and never a
 * SIGBUS later. No descriptor stays open. Growing a block makes a new file and copies; shrinking one frees the rest.
 * Safe to call from several threads. A process and its fork must not both write to a block: it is shared. Blocks that a
 * fork makes itself are plain memory.
 */
#ifndef DRYAD_BASE_SPILL_H
#define DRYAD_BASE_SPILL_H

#include "dryad.h"

/* The least size of a large block during loading. */
#define DRYAD_SPILL_SIZE ((size_t)1 << 16)

/* Blocks of `least` bytes and more go to files in `folder`, others to `small` (NULL: the library's own), which must
   outlive all blocks. DRYAD_IO when no file can be made there. The allocator is freed with the last of its blocks, but
   not before dryad_spill_release. */
dryad_status dryad_spill_new(const dryad_allocator **out, const char *folder, size_t least,
                             const dryad_allocator *small, dryad_error *error);
/* The caller no longer needs the allocator, except for blocks that still exist. NULL is allowed. */
void dryad_spill_release(const dryad_allocator *allocator);

/* Whether new blocks of this size are files, which start out zeroed. Any allocator is allowed. */
bool dryad_spill_is_file(const dryad_allocator *allocator, size_t size);

/* If `status` is DRYAD_NO_MEMORY and the allocator spills and was refused a file, says so in *error (which may be
   NULL). Any allocator is allowed. */
void dryad_spill_explain(const dryad_allocator *allocator, dryad_status status, dryad_error *error);

#endif
