/* SPDX-License-Identifier: MIT */
/* Reads all blocks of a dump into batches, on one thread or several. */
#ifndef DRYAD_FORMATS_MELIAE_PIPELINE_H
#define DRYAD_FORMATS_MELIAE_PIPELINE_H

#include "base/parallel.h"
#include "formats/meliae/memory_watch.h"
#include "formats/meliae/parser.h"
#include "io/blocks.h"

/* The result of each block, by block number. */
typedef struct dryad_block_result {
  dryad_segment segment;
  uint64_t lines;
} dryad_block_result;

typedef struct dryad_pipeline {
  const dryad_allocator *allocator;
  dryad_blocks *blocks;
  dryad_parser *parsers; /* one per thread */
  unsigned threads;
  bool stop_at_problem; /* stop after the first block with a problem */
  dryad_progress progress;
  const dryad_memory_watch *watch; /* NULL: none */
  dryad_column results;            /* dryad_block_result[result_count] */
  uint64_t result_count;
} dryad_pipeline;

/* Every thread reads its own blocks of a file that can be shared; with a stream, the caller's thread reads the blocks,
   and parses only when the others are busy. */
dryad_status dryad_pipeline_run(dryad_pipeline *pipeline, dryad_error *error);
void dryad_pipeline_deinit(dryad_pipeline *pipeline);

#endif
