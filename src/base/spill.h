/* SPDX-License-Identifier: MIT */
/*
 * An allocator that keeps large blocks on disk: each is a mapped file in a given folder, without a name, so that
 * nothing is left of it however the program ends. The kernel writes pages out and brings them back as memory is
 * wanted; none of it counts as anonymous memory or against RLIMIT_DATA.
 *
 * A block's whole length is taken on disk when it is made, so a full disk is a refused allocation and never a SIGBUS
 * later. No descriptor stays open. Growing a block makes a new file and copies; shrinking one gives the rest back.
 * Safe to call from several threads. Blocks must not be written to by a process and its fork at the same time: they
 * are shared.
 */
#ifndef DRYAD_BASE_SPILL_H
#define DRYAD_BASE_SPILL_H

#include "dryad.h"

/* What loading calls a large block. */
#define DRYAD_SPILL_SIZE ((size_t)1 << 16)

/* Blocks of `least` bytes and more go to files in `folder`, others to `small` (NULL: the library's own), which must
   outlive all blocks. DRYAD_IO when no file can be made there. The allocator goes with the last of its blocks, but
   not before dryad_spill_release. */
dryad_status dryad_spill_new(const dryad_allocator **out, const char *folder, size_t least,
                             const dryad_allocator *small, dryad_error *error);
/* The caller needs the allocator no more, except for blocks that there are. NULL is allowed. */
void dryad_spill_release(const dryad_allocator *allocator);

/* Whether new blocks of this size are files, whose bytes are all zero. Any allocator is allowed. */
bool dryad_spill_is_file(const dryad_allocator *allocator, size_t size);

/* When `status` is DRYAD_NO_MEMORY and the allocator is such a one that was refused a file, tells so in *error (which
   may be NULL). Any allocator is allowed. */
void dryad_spill_explain(const dryad_allocator *allocator, dryad_status status, dryad_error *error);

#endif
