/* SPDX-License-Identifier: MIT */
/* Reads memory of this process that may not exist: pointers that are only guesses, and blocks that another thread may
 * free meanwhile. Uses process_vm_readv; where that is forbidden, nothing can be read. Takes no lock. */
#ifndef DRYAD_SCANNER_CHECKED_READ_H
#define DRYAD_SCANNER_CHECKED_READ_H

#include <stdbool.h>
#include <stddef.h>

enum { DRYAD_CHECKED_MANY = 512 };

/* Copies `size` bytes at `address`; false if not all of them can be read. */
bool dryad_checked_read(void *into, const void *address, size_t size);

/* Copies `size` bytes at each of `count` addresses (at most DRYAD_CHECKED_MANY) to `items`, one after the other. An
 * item is all zero if its address is NULL or cannot be read; false if there is one of the latter. */
bool dryad_checked_read_many(void *items, const void *const *addresses, size_t count, size_t size);

#endif
