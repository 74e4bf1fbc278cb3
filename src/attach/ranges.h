/* SPDX-License-Identifier: MIT */
/* Code in which a thread must not be borrowed: an injected call could deadlock with the code it interrupts, or find its
 * data structures inconsistent. */
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
  uint64_t signal_return; /* the code to which signal handlers return */
} dryad_ranges;

/* `ranges` is zeroed or holds an earlier result, which is replaced. Needs a libc (DRYAD_LIBC_GNU). DRYAD_FORMAT: cannot
 * find libc's allocator, or the code to which signal handlers return; DRYAD_LIMIT: too many ranges, or the budget of
 * `memory` is used up. */
dryad_status dryad_ranges_find(dryad_ranges *ranges, dryad_target_memory *memory, const dryad_elf_objects *objects,
                               dryad_error *error);
void dryad_ranges_deinit(dryad_ranges *ranges);

/* For a return address, pass the address before it: a call that never returns may end its function. O(log n). */
dryad_danger dryad_ranges_at(const dryad_ranges *ranges, uint64_t address);

#endif
