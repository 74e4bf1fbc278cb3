/* SPDX-License-Identifier: MIT */
/* How many objects of each type several heaps have, and their bytes. */
#ifndef DRYAD_ANALYSIS_TYPE_GROWTH_H
#define DRYAD_ANALYSIS_TYPE_GROWTH_H

#include "graph/text_numbers.h"

typedef struct dryad_type_tally {
  uint64_t count, size;
} dryad_type_tally;

typedef struct dryad_type_growth {
  const dryad_allocator *allocator;
  uint32_t heaps;
  dryad_text_numbers names; /* of the types, by number */
  dryad_column tallies;     /* dryad_type_tally[heaps * names.count]: those of a type together */
  uint32_t *order;          /* names.count: types that grew by most bytes first, then those of which there are most
                               more objects, then by name */
} dryad_type_growth;

/* Types of one name are one. `count` graphs, at least 2. O(objects, and types * log types). Deinit *out in any case. */
dryad_status dryad_type_growth_find(dryad_type_growth *out, const dryad_graph *const *graphs, uint32_t count,
                                    dryad_error *error);
void dryad_type_growth_deinit(dryad_type_growth *growth); /* all zero is allowed */

/* The tallies of a type, one for each heap. */
static inline const dryad_type_tally *dryad_type_tallies(const dryad_type_growth *growth, uint32_t type)
{
  return (const dryad_type_tally *)growth->tallies.data + (uint64_t)type * growth->heaps;
}

#endif
