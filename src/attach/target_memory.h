/* SPDX-License-Identifier: MIT */
/* Reading the memory of another process, which may be hostile.
 *
 * What is read comes from a descriptor of /proc/PID/mem that the caller opened and closes; any file that can be read
 * at an offset will do. Small reads go through a cache of pages. Every read, also one from the cache, is charged to a
 * budget, so that whatever loops over the target's data ends even if that data never does. */
#ifndef DRYAD_ATTACH_TARGET_MEMORY_H
#define DRYAD_ATTACH_TARGET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dryad_target_memory dryad_target_memory;

/* `budget`: bytes that may be read, by the caller and into the cache; a read counts at least 32. NULL: out of memory
 * (it takes 300 KiB). */
dryad_target_memory *dryad_target_memory_new(int fd, uint64_t budget);
void dryad_target_memory_free(dryad_target_memory *memory);

/* Forgets the cached pages: to be called whenever the target has run since. */
void dryad_target_memory_refresh(dryad_target_memory *memory);

/* Bytes that may still be read; 0 once a read was refused for want of budget. */
uint64_t dryad_target_memory_budget(const dryad_target_memory *memory);
void dryad_target_memory_set_budget(dryad_target_memory *memory, uint64_t budget);

/* All of [address, address + size) or false; `to` is then undefined. */
bool dryad_target_read(dryad_target_memory *memory, uint64_t address, void *to, size_t size);

/* As many bytes from `address` on as there are, up to `size`; 0 where nothing can be read. Not cached. */
size_t dryad_target_read_some(dryad_target_memory *memory, uint64_t address, void *to, size_t size);

/* A NUL-terminated text, cut to `size` - 1 bytes. False if it can be read neither to its end nor to the cut. */
bool dryad_target_read_text(dryad_target_memory *memory, uint64_t address, char *to, size_t size);

#endif
