/* SPDX-License-Identifier: MIT */
/* Reads the memory of another process, which may be hostile.
 *
 * It reads from a descriptor of /proc/PID/mem that the caller opens and closes; any file that supports pread will do.
 * Small reads use a cache of pages. Every read, even from the cache, is charged to a budget, so that loops over the
 * target's data end even if that data never does. */
#ifndef DRYAD_ATTACH_TARGET_MEMORY_H
#define DRYAD_ATTACH_TARGET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dryad_target_memory dryad_target_memory;

/* `budget`: bytes that may be read, by the caller and into the cache; each read costs at least 32. NULL: out of memory
 * (it takes 300 KiB). */
dryad_target_memory *dryad_target_memory_new(int fd, uint64_t budget);
void dryad_target_memory_free(dryad_target_memory *memory);

/* Drops the cached pages: call this whenever the target has run in between. */
void dryad_target_memory_refresh(dryad_target_memory *memory);

/* Bytes that may still be read; 0 once a read has exceeded the budget. */
uint64_t dryad_target_memory_budget(const dryad_target_memory *memory);
void dryad_target_memory_set_budget(dryad_target_memory *memory, uint64_t budget);

/* Reads all of [address, address + size), or returns false and leaves `to` undefined. */
bool dryad_target_read(dryad_target_memory *memory, uint64_t address, void *to, size_t size);

/* Reads up to `size` bytes from `address` and returns how many were readable. Not cached. */
size_t dryad_target_read_some(dryad_target_memory *memory, uint64_t address, void *to, size_t size);

/* Reads a NUL-terminated text, cut to `size` - 1 bytes. False if it is unreadable before its end and the cut. */
bool dryad_target_read_text(dryad_target_memory *memory, uint64_t address, char *to, size_t size);

#endif
