/* SPDX-License-Identifier: MIT */
/* The mappings of a process, from /proc/PID/maps. */
#ifndef DRYAD_ATTACH_MAPPINGS_H
#define DRYAD_ATTACH_MAPPINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "dryad.h"

enum {
  DRYAD_MAPPINGS_MAX = 65536,           /* above the kernel's own default limit, 65,530 */
  DRYAD_MAPPING_PATH = 1024,            /* bytes kept of the end of a path, NUL included */
  DRYAD_MAPPINGS_TEXT = 2 * 1024 * 1024 /* bytes kept of all paths; equal neighbours share one copy */
};

typedef struct dryad_mapping {
  uint64_t from, to; /* [from, to) */
  uint64_t offset;   /* in the file */
  uint64_t inode;    /* 0: no file */
  uint64_t device;   /* major << 32 | minor */
  const char *path;  /* as the kernel writes it: newlines as \012, perhaps " (deleted)" at the end; "[stack]"; or "" */
  bool readable, writable, executable, shared;
} dryad_mapping;

typedef struct dryad_mappings {
  dryad_mapping *items; /* ascending, disjoint */
  uint32_t count;
  uint32_t room;
  char *text; /* the paths */
} dryad_mappings;

/* Reads /proc/PID/maps from its start; `fd` stays open and may have been opened with other privileges. `mappings` is
 * zeroed or holds an earlier result, which is replaced. DRYAD_IO: unreadable, or the process is gone (no mappings);
 * DRYAD_LIMIT: too many mappings or too much text; DRYAD_FORMAT: malformed. On failure `mappings` is empty. */
dryad_status dryad_mappings_read(dryad_mappings *mappings, int fd, dryad_error *error);
void dryad_mappings_deinit(dryad_mappings *mappings);

/* The mapping that holds `address`, or NULL. O(log n). */
const dryad_mapping *dryad_mappings_find(const dryad_mappings *mappings, uint64_t address);

#endif
