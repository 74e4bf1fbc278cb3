/* SPDX-License-Identifier: MIT */
/* What one process has more of than another: objects cannot be the same there, but numbers can be. */
#ifndef DRYAD_ANALYSIS_SURPLUS_H
#define DRYAD_ANALYSIS_SURPLUS_H

#include "analysis/growth.h"

/* The objects that the places of `one` (analysis/places.h) have more than those of `other`: those that come last in the
   order of ways; without `is_surplus`, all its other objects. Objects that no root reaches are compared by type, those
   with the highest addresses being the surplus. A block of *out_count ids from the allocator of `one`. O(objects +
   references). */
dryad_status dryad_surplus_find(dryad_id **out, uint64_t *out_count, const dryad_growth_heap *one,
                                const dryad_growth_heap *other, bool is_surplus, dryad_progress progress,
                                dryad_error *error);

#endif
