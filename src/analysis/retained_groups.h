/* SPDX-License-Identifier: MIT */
/* What objects immediately dominate, grouped by class. */
#ifndef DRYAD_ANALYSIS_RETAINED_GROUPS_H
#define DRYAD_ANALYSIS_RETAINED_GROUPS_H

#include "analysis/class_groups.h"

typedef struct dryad_retained_groups {
  const dryad_allocator *allocator;
  dryad_column groups; /* dryad_class_group[count]: those that retain most first */
  uint32_t count;
  dryad_id *ids; /* id_count: the objects of one group after the other, from `first` of each */
  uint64_t id_count;
} dryad_retained_groups;

/* Of what any of `of` dominates and is none of them; NULL: of what no single object dominates. Dangling and unreachable
   ones dominate nothing. O(objects found + of + classes), for each of these that is not near the one before O(log
   objects), and with more than one of them O(objects / 64). */
dryad_status dryad_retained_groups_find(dryad_retained_groups *out, const dryad_graph *graph,
                                        const dryad_classes *classes, const dryad_dominators *dominators,
                                        const dryad_ids *of, dryad_progress progress, dryad_error *error);
void dryad_retained_groups_deinit(dryad_retained_groups *groups); /* all zero is allowed */

#endif
