/* SPDX-License-Identifier: MIT */
/* The keys that Dryad's own dumps add to a line: names of references, the reason of a root, and details. */
#ifndef DRYAD_FORMATS_MELIAE_RECORD_DETAILS_H
#define DRYAD_FORMATS_MELIAE_RECORD_DETAILS_H

#include "base/memory.h"
#include "formats/meliae/mends.h"
#include "graph/details.h"

typedef struct dryad_record_details {
  const dryad_text *names; /* of the references; .data NULL: none. NULL: none at all */
  dryad_text root;         /* why it is a root, in the dump's words; .data NULL: it does not say */
  unsigned kinds;          /* bits, 1 << kind: which of these there are */
  uint64_t numbers[DRYAD_DETAIL_KINDS];
  dryad_text texts[DRYAD_DETAIL_KINDS];
} dryad_record_details;

/* Memory that is reused from line to line; all zero is empty. */
typedef struct dryad_record_details_scratch {
  dryad_column name_spans, decoded_names, names; /* dryad_json_span, dryad_json_decoded, dryad_text */
  dryad_json_span sites[DRYAD_MAX_SITES];
} dryad_record_details_scratch;

void dryad_record_details_scratch_deinit(dryad_record_details_scratch *scratch, const dryad_allocator *allocator);

/* A line that is being read; its other members start as zeros. */
typedef struct dryad_record_details_reader {
  dryad_json *json;
  dryad_mends *mends;
  dryad_record_details_scratch *scratch;
  dryad_record_details *details;
  dryad_json_span root, texts[DRYAD_DETAIL_KINDS]; /* .start NULL: none, as always for ALLOCATED */
  dryad_json_decoded decoded_root, decoded_texts[DRYAD_DETAIL_KINDS];
  uint64_t name_count;           /* the items of "names", which are in the scratch */
  const unsigned char *names_at; /* NULL: there are none */
  unsigned site_count;           /* the items of "allocated", which are in the scratch */
  dryad_json_decoded sites;      /* all of them */
} dryad_record_details_reader;

/* Each reads the value of its key, which is at p. False: the line is bad, or there is no memory. */
bool dryad_record_details_read(dryad_record_details_reader *r, dryad_detail_kind kind);
bool dryad_record_details_read_root(dryad_record_details_reader *r);
bool dryad_record_details_read_names(dryad_record_details_reader *r);
/* Decodes all strings once the line is read, before a pointer to any string is taken. `ref_count`: of the record; names
   are dropped unless there are so many, and so many items in "refs". False: no memory. */
bool dryad_record_details_decode(dryad_record_details_reader *r, uint64_t ref_count, uint64_t listed_refs);
/* Takes the pointers to them once all strings of the line are decoded. */
void dryad_record_details_finish(dryad_record_details_reader *r);

#endif
