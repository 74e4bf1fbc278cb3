/* SPDX-License-Identifier: MIT */
/* A set of addresses, some of which wait to be visited: a walk needs no other memory, and no stack.
 *
 * Two bits for every 8 bytes of a memory page (4 KiB) that holds an object, seen and waiting; pages are found by a hash
 * table of their numbers. That is 160 bytes a page, less than 4 % where pages are full of objects. Pages wait in a list
 * of their own, so that a walk goes through memory page by page and not object by object. */
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
  uint32_t last;       /* page that was asked for last */
  uint32_t waiting;    /* first page of those that hold an address that waits */
  uint32_t current;    /* page that is gone through, out of that list */
  uint64_t count;      /* addresses in the set */
  bool failed;         /* there was no memory for an address */
} dryad_seen;

/* Zeroed is empty. Addresses are multiples of 8. */
void dryad_seen_deinit(dryad_seen *seen);

/* Puts an address in and makes it wait; true when it was not there. Without memory it sets `failed`. */
bool dryad_seen_add(dryad_seen *seen, uintptr_t address);

/* Takes an address out of those that wait, or returns 0. It stays in the set. */
uintptr_t dryad_seen_next(dryad_seen *seen);

/* The address in the set that follows the one at `*place` (start with zero) in no order, or 0 at the end. */
uintptr_t dryad_seen_each(const dryad_seen *seen, uint64_t *place);

/* Bytes it takes. */
size_t dryad_seen_memory(const dryad_seen *seen);

#endif
