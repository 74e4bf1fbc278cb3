/* SPDX-License-Identifier: MIT */
/* Where memory comes from when the caller names no allocator. */
#ifndef DRYAD_BASE_DEFAULT_ALLOCATOR_H
#define DRYAD_BASE_DEFAULT_ALLOCATOR_H

#include "dryad.h"

/* The library's own allocator: malloc for small blocks; anonymous mappings, advised to use huge
   pages and grown by mremap, from DRYAD_MAPPED_SIZE on. */
#define DRYAD_MAPPED_SIZE ((size_t)1 << 18)
#define DRYAD_HUGE_PAGE ((size_t)2 << 20)
extern const dryad_allocator dryad_default_allocator;
/* How much it maps for a block of this size, from DRYAD_MAPPED_SIZE on; 0: too much. A mapping as long as a huge page
   starts at a multiple of one. It is whole huge pages where that is at most an eighth more: each of the small
   pages at the end of a block is a fault of its own. */
size_t dryad_mapped_length(size_t size);

#endif
