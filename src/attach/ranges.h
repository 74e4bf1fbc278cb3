/* SPDX-License-Identifier: MIT */
/* Text that a borrowed thread must not be in: what is called in it could wait there for itself, or find half-made
 * structures. */
#ifndef DRYAD_ATTACH_RANGES_H
#define DRYAD_ATTACH_RANGES_H

#include "attach/danger.h"
#include "attach/elf_objects.h"

typedef struct dryad_range {
  uint64_t from, to; /* [from, to) */
  dryad_danger danger;
} dryad_range;

enum { DRYAD_RANGES_MAX = 4096 };

typedef struct dryad_ranges {
  dryad_range *items; /* ascending by `from`, disjoint */
  uint32_t count;
  uint64_t signal_return; /* where a signal handler returns to */
} dryad_ranges;

/* `ranges` is zeroed or holds an earlier reading, which is replaced. Needs a libc (DRYAD_LIBC_GNU). DRYAD_FORMAT: the
 * allocator in libc, or where signal handlers return to, cannot be found; DRYAD_LIMIT: too many ranges, or the budget
 * of `memory` is used up. */
dryad_status dryad_ranges_find(dryad_ranges *ranges, dryad_target_memory *memory, const dryad_elf_objects *objects,
                               dryad_error *error);
void dryad_ranges_deinit(dryad_ranges *ranges);

/* For a return address ask for the byte before: a call that never returns may end its function. O(log n). */
dryad_danger dryad_ranges_at(const dryad_ranges *ranges, uint64_t address);

#endif
