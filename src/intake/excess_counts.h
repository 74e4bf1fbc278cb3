/* SPDX-License-Identifier: MIT */
/* Objects that are counted more often than the dump has references to them: somebody outside the dump holds them. */
#ifndef DRYAD_INTAKE_EXCESS_COUNTS_H
#define DRYAD_INTAKE_EXCESS_COUNTS_H

#include "intake/annotate.h"

/* Initializes *excess with a bit for each of `raw_count` raw ids, to be deinitialized by the caller also on failure. It
   is set if the record's reference count is greater than the number of references to it in all kept records, duplicates
   included. Costs little unless a record has a count, else O(references + objects) and 4 bytes an object. */
dryad_status dryad_find_excess_counts(dryad_bits *excess, const dryad_record_places *places,
                                      const dryad_segment *segments, uint64_t segment_count, uint32_t raw_count,
                                      unsigned threads, dryad_error *error);

#endif
