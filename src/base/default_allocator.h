/* SPDX-License-Identifier: MIT */
/* The allocator used when the caller gives none. */
#ifndef DRYAD_BASE_DEFAULT_ALLOCATOR_H
#define DRYAD_BASE_DEFAULT_ALLOCATOR_H

#include "dryad.h"

/* The library's own allocator: malloc for small blocks; from DRYAD_MAPPED_SIZE on, anonymous mappings that are advised
   to use huge pages and grow by mremap. */
#define DRYAD_MAPPED_SIZE ((size_t)1 << 18)
#define DRYAD_HUGE_PAGE ((size_t)2 << 20)
extern const dryad_allocator dryad_default_allocator;
/* The bytes it maps for a block of this size, which is at least DRYAD_MAPPED_SIZE; 0: too large. A mapping at least as
   long as a huge page is aligned to one. Its length is rounded up to whole huge pages if that adds at most an eighth:
   each small page at the end of a block costs a page fault. */
size_t dryad_mapped_length(size_t size);

#endif
