/* SPDX-License-Identifier: MIT */
/*
 * How much memory there is for this process: what the machine has left without swapping, and what the control groups
 * around the process (versions 1 and 2) allow it. Files in memory count as free, because the kernel can drop them.
 * Source: the kernel's documentation of /proc/meminfo and of the memory controllers.
 */
#ifndef DRYAD_BASE_FREE_MEMORY_H
#define DRYAD_BASE_FREE_MEMORY_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The tightest of all of them. */
typedef struct dryad_free_memory {
  uint64_t free, total;      /* bytes; UINT64_MAX: unknown, or unlimited */
  char group[PATH_MAX + 32]; /* "control group /name"; "": the machine */
} dryad_free_memory;

/* `root` goes before the paths of /proc and /sys: "", or the folder of a test. */
void dryad_free_memory_ask(dryad_free_memory *memory, const char *root);
/* Whether `more` bytes can be taken, and some stay free: a machine needs them to go on, and others may take memory at
   the same time. */
bool dryad_free_memory_suffices(const dryad_free_memory *memory, uint64_t more);
/* Bytes in memory that belong to this process alone and to no file; 0: unknown. */
uint64_t dryad_memory_taken(const char *root);

#endif
