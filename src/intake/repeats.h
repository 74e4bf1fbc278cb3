/* SPDX-License-Identifier: MIT */
/*
 * Records whose address an earlier record has, which are dropped. Those that differ from it are counted: then one of
 * the two is wrong, or the object changed while the dump was made.
 */
#ifndef DRYAD_INTAKE_REPEATS_H
#define DRYAD_INTAKE_REPEATS_H

#include "graph/address_index.h"
#include "graph/store.h"

typedef struct dryad_repeat {
  uint64_t record; /* in its batch */
  uint64_t address;
  uint32_t batch;
  dryad_id kept; /* once numbered: the raw id of the record that is kept */
  bool differs;  /* in what was compared so far */
} dryad_repeat;

/* Zeros: none. */
typedef struct dryad_repeats {
  dryad_column entries; /* dryad_repeat[count] */
  uint64_t count;
  uint64_t conflicts; /* that differ */
} dryad_repeats;

void dryad_repeats_deinit(dryad_repeats *repeats, const dryad_allocator *allocator);
/* DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_repeats_add(dryad_repeats *repeats, const dryad_allocator *allocator, uint32_t batch,
                               uint64_t record, uint64_t address, dryad_error *error);
/* Finds the records that are kept, in an ordered index. O(count). */
void dryad_repeats_number(dryad_repeats *repeats, const dryad_address_index *index);
/* Compares a column of the batches with the same column by raw id. `store`: it has narrow numbers of this store; NULL:
   plain numbers. O(count). */
void dryad_repeats_compare(dryad_repeats *repeats, const uint32_t *const *columns, const uint32_t *kept,
                           const dryad_store *store);

#endif
