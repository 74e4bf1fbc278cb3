/* All addresses of the parts in one index, and which records repeat an address. */
#ifndef DRYAD_CORE_INDEX_PARTS_H
#define DRYAD_CORE_INDEX_PARTS_H

#include "core/address_index.h"
#include "core/build.h"

/* *index is ordered, and the caller's to free whatever the status. `ids` is a column for each part, which
   gets a dryad_id for each record: DRYAD_NONE where an earlier record in file order has the same address,
   else 0. The former are added to *duplicates. */
dryad_status dryad_index_parts(dryad_address_index *index, const dryad_build_input *input, dryad_column *ids,
                               uint64_t *duplicates, dryad_error *error);

#endif
