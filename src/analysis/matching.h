/* SPDX-License-Identifier: MIT */
/* Which objects of two heaps are the same: those with equal address, type, value and name. */
#ifndef DRYAD_ANALYSIS_MATCHING_H
#define DRYAD_ANALYSIS_MATCHING_H

#include "dryad.h"

/* Fills matches[one's objects] with the id of the same object in `other`; DRYAD_NONE: there is none. A merge over the
   ascending addresses of both, O(objects). DRYAD_CANCELLED is the only failure. */
dryad_status dryad_match_objects(dryad_id *matches, const dryad_graph *one, const dryad_graph *other,
                                 dryad_progress progress, dryad_error *error);

/* The number of addresses at which both heaps have an object of one type. O(objects). */
uint32_t dryad_common_addresses(const dryad_graph *one, const dryad_graph *other);

#endif
