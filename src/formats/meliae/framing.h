/* SPDX-License-Identifier: MIT */
/*
 * The records that frame a dump of Dryad's own scanner and are no objects: `<process>` at address 1, with the facts of
 * the process, and `<end>` at address 2, with the number of records before it.
 */
#ifndef DRYAD_FORMATS_MELIAE_FRAMING_H
#define DRYAD_FORMATS_MELIAE_FRAMING_H

#include "formats/meliae/record.h"

/* Canonical lines above this address are objects. */
#define DRYAD_LAST_FRAMING_ADDRESS 2

/* Where a record is in a dump. */
typedef struct dryad_record_place {
  uint64_t offset;  /* of its line */
  uint64_t block;   /* the number of its block */
  uint64_t line;    /* from 0 within the block */
  uint64_t objects; /* before it in the block */
} dryad_record_place;

/* The first of each kind that one parser met; its blocks are in file order. Later ones are ignored, but for an end that
   declares something else. */
typedef struct dryad_framing {
  const dryad_allocator *allocator;
  bool has_process, has_end;
  dryad_record_place process, end;
  char *facts; /* facts_length bytes; NULL: the process has none that are usable */
  size_t facts_length;
  bool has_declared; /* the end says how many records precede it */
  uint64_t declared; /* so many */
  bool ends_differ;  /* a later end declares something else */
} dryad_framing;

void dryad_framing_init(dryad_framing *framing, const dryad_allocator *allocator);
void dryad_framing_deinit(dryad_framing *framing);

bool dryad_is_end_record(const dryad_record *record);
/* Both take such a record; *problem is what is wrong with it, or NULL. DRYAD_NO_MEMORY is the only failure. */
dryad_status dryad_framing_take_process(dryad_framing *framing, const dryad_record *record,
                                        const dryad_record_place *place, const char **problem, dryad_error *error);
void dryad_framing_take_end(dryad_framing *framing, const dryad_record *record, const dryad_record_place *place,
                            const char **problem);

#endif
