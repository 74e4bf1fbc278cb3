/*
 * Records on their way into a graph: columns in the order of the dump, filled by one thread each.
 *
 * Type, label and wide numbers are those of the part's own store until the parts are joined.
 */
#ifndef DRYAD_CORE_PART_H
#define DRYAD_CORE_PART_H

#include "core/memory.h"
#include "core/store.h"
#include "dryad.h"

typedef struct dryad_part {
  const dryad_allocator *allocator;
  dryad_store *store;
  dryad_column addresses;                  /* uint64_t[count] */
  dryad_column types, sizes, lens, labels; /* uint32_t[count], as in the graph */
  dryad_column ref_counts;                 /* uint32_t[count] */
  dryad_column refs;                       /* uint64_t[ref_count]: addresses, record after record */
  uint64_t count, ref_count;
  uint64_t address_bits; /* all addresses or-ed together */
} dryad_part;

/* A run of records that stood together in the dump. */
typedef struct dryad_segment {
  uint32_t part;
  uint32_t count;
  uint64_t first;     /* index of the first record in the part */
  uint64_t first_ref; /* and of its first reference */
} dryad_segment;

bool dryad_part_init(dryad_part *part, const dryad_allocator *allocator);
void dryad_part_deinit(dryad_part *part);
/* Room for this many more records and references. */
bool dryad_part_reserve(dryad_part *part, uint64_t records, uint64_t refs);

/* Moves what the stores of all parts hold into that of the first, and renumbers the columns. */
dryad_status dryad_parts_join(dryad_part *parts, uint32_t part_count, dryad_error *error);

#endif
