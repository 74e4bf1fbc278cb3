/* SPDX-License-Identifier: MIT */
/*
 * Records on their way into a graph: columns in dump order. One thread fills each batch.
 *
 * Types, labels, names and wide numbers refer to the batch's own store until the batches are joined.
 */
#ifndef DRYAD_INTAKE_BATCH_H
#define DRYAD_INTAKE_BATCH_H

#include "base/memory.h"
#include "dryad.h"
#include "graph/store.h"
#include "runtime/runtime.h"

/* A reference that the dump names. */
typedef struct dryad_named_ref {
  uint64_t record;   /* in the batch */
  uint64_t ref;      /* among all references of the batch */
  uint32_t position; /* among those of the record */
  dryad_text_ref name;
} dryad_named_ref;

/* A record that the dump calls a root. */
typedef struct dryad_root_record {
  uint64_t record; /* in the batch */
  dryad_root_reason reason;
} dryad_root_record;

typedef struct dryad_batch {
  const dryad_allocator *allocator;
  dryad_store *store;
  dryad_column addresses;                  /* uint64_t[count] */
  dryad_column types, sizes, lens, labels; /* uint32_t[count], as in the graph */
  dryad_column ref_counts;                 /* uint32_t[count] */
  dryad_column refs;                       /* uint64_t[ref_count]: addresses, record after record */
  uint64_t count, ref_count;
  uint64_t address_bits;     /* all addresses or-ed together */
  dryad_column named_refs;   /* dryad_named_ref[named_ref_count]; this and the next are empty for most dumps */
  dryad_column root_records; /* dryad_root_record[root_record_count] */
  uint64_t named_ref_count, root_record_count;
  dryad_column details[DRYAD_DETAIL_KINDS]; /* uint64_t[detail_counts[kind]]: the record << 32 | its narrow number or
                                               dryad_text_ref; empty for most dumps */
  uint64_t detail_counts[DRYAD_DETAIL_KINDS];
} dryad_batch;

/* A run of records that were adjacent in the dump. */
typedef struct dryad_segment {
  uint32_t batch;
  uint32_t count;
  uint64_t first;     /* index of the first record in the batch */
  uint64_t first_ref; /* and of its first reference */
} dryad_segment;

/* `runtime`: of the objects to be added. */
bool dryad_batch_init(dryad_batch *batch, const dryad_allocator *allocator, const dryad_runtime *runtime);
void dryad_batch_deinit(dryad_batch *batch);
/* Makes room for this many more records and references. */
bool dryad_batch_reserve(dryad_batch *batch, uint64_t records, uint64_t refs);

/* Both annotate the record appended last: the first names its reference at `position`, the second says why it is a
   root. If either is called again for the same thing, the first call counts. DRYAD_LIMIT as for dryad_string_pool_add.
 */
dryad_status dryad_batch_name_ref(dryad_batch *batch, uint32_t position, dryad_text name, dryad_error *error);
dryad_status dryad_batch_add_root(dryad_batch *batch, dryad_root_reason reason, dryad_error *error);
/* Both add a detail to the record appended last: a number, or a text for the kinds that are texts. */
dryad_status dryad_batch_add_number(dryad_batch *batch, dryad_detail_kind kind, uint64_t number, dryad_error *error);
dryad_status dryad_batch_add_text(dryad_batch *batch, dryad_detail_kind kind, dryad_text text, dryad_error *error);

/* Moves the contents of all batches' stores into the first one's, and renumbers the columns. */
dryad_status dryad_batches_join(dryad_batch *batches, uint32_t batch_count, dryad_error *error);

#endif
