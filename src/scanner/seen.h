/* SPDX-License-Identifier: MIT */
/* A set of addresses, some of which are waiting to be visited: a walk needs no other memory, and no stack.
 *
 * It keeps two bits, seen and waiting, for every 8 bytes of each memory page (4 KiB) that holds an object, and finds
 * pages in a hash table of their numbers. That is 160 bytes a page, less than 4 % if pages are full of objects. Pages
 * with waiting addresses form a list, so that a walk proceeds page by page instead of object by object. */
#ifndef DRYAD_SCANNER_SEEN_H
#define DRYAD_SCANNER_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dryad_seen {
  struct dryad_seen_page *pages; /* the first one is not used: 0 means none */
  uint32_t num_pages, cap_pages;
  uint32_t *table;
  uint32_t table_size; /* a power of two */
  uint32_t last;       /* the page accessed last */
  uint32_t waiting;    /* first of the pages with a waiting address */
  uint32_t current;    /* the page being walked, which is not in that list */
  uint64_t count;      /* addresses in the set */
  bool failed;         /* memory ran out for an address */
} dryad_seen;

/* All zero is an empty set. Addresses are multiples of 8. */
void dryad_seen_deinit(dryad_seen *seen);

/* Adds an address as waiting; true if it is new. Sets `failed` when memory runs out. */
bool dryad_seen_add(dryad_seen *seen, uintptr_t address);

/* Whether an address is in the set. */
bool dryad_seen_has(const dryad_seen *seen, uintptr_t address);

/* Returns a waiting address and stops it waiting, or 0 if there is none. It stays in the set. */
uintptr_t dryad_seen_next(dryad_seen *seen);

/* The address in the set after the one at `*place` (start with zero), in no particular order, or 0 at the end. */
uintptr_t dryad_seen_each(const dryad_seen *seen, uint64_t *place);

/* Bytes it takes. */
size_t dryad_seen_memory(const dryad_seen *seen);

#endif
