/* SPDX-License-Identifier: MIT */
/*
 * Parses blocks of whole lines into a batch: lines in the canonical layout by the fast path (fast_path.h), all others
 * by the tolerant reader (record.h), with the same result. The records that frame a dump are no objects, and are set
 * apart (framing.h). One parser per thread.
 */
#ifndef DRYAD_FORMATS_MELIAE_PARSER_H
#define DRYAD_FORMATS_MELIAE_PARSER_H

#include "formats/meliae/fast_path.h"
#include "formats/meliae/framing.h"
#include "formats/meliae/record.h"
#include "intake/batch.h"
#include "io/blocks.h"

/* A line with a problem; `line` counts from 0 within its block. */
typedef struct dryad_noted {
  uint64_t block;
  uint64_t line;
  uint64_t offset; /* of the line in the dump */
  const char *reason;
} dryad_noted;

/* A str whose bytes and text differ: the version of Python, known only at the end, decides between them. */
typedef struct dryad_ambiguous {
  uint64_t record; /* in the batch */
  uint32_t bytes_label;
} dryad_ambiguous;

typedef struct dryad_parser {
  const dryad_allocator *allocator;
  dryad_batch batch;
  dryad_record_scratch scratch;
  dryad_type_cache types;
  dryad_column noted; /* dryad_noted[noted_count] */
  uint64_t noted_count;
  dryad_column ambiguous; /* dryad_ambiguous[ambiguous_count] */
  uint64_t ambiguous_count;
  dryad_framing framing;
  uint64_t bad_lines, mended, lossy_lines;
  uint64_t cut_texts, cut_bytes;
  bool is_cut; /* the last line of the dump is truncated */
} dryad_parser;

/* Cuts texts after `max_text` bytes. */
bool dryad_parser_init(dryad_parser *parser, size_t max_text, const dryad_allocator *allocator);
void dryad_parser_deinit(dryad_parser *parser);

/* Appends the block's records to the batch; *segment and *lines describe what was read. Fails only with DRYAD_NO_MEMORY
   or DRYAD_LIMIT. */
dryad_status dryad_parser_read(dryad_parser *parser, const dryad_block *block, dryad_segment *segment, uint64_t *lines,
                               dryad_error *error);

#endif
