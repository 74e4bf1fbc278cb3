/* SPDX-License-Identifier: MIT */
/*
 * Builds a graph: from the batches that a reader filled, or from another graph by collapsing.
 *
 * Addresses are numbered, columns put in that order, dicts collapsed, references resolved to ids, and the graph
 * inverted. Each column of the batches is freed as soon as it has been used.
 */
#ifndef DRYAD_INTAKE_BUILD_H
#define DRYAD_INTAKE_BUILD_H

#include "dryad.h"
#include "intake/batch.h"

typedef struct dryad_build_input {
  dryad_batch *batches; /* emptied by the build, which joins their stores into the first */
  uint32_t batch_count;
  const dryad_segment *segments; /* in file order */
  uint64_t segment_count;
  bool collapse;
  bool has_roots; /* the dump says which records are roots; else what batches say of it is dropped */
  unsigned threads;
  dryad_progress progress;
} dryad_build_input;

typedef struct dryad_build_counts {
  uint64_t duplicates; /* records that repeat an address */
  uint64_t conflicts;  /* those that differ from the record that is kept in type, size or number of references */
  uint64_t collapsed;
} dryad_build_counts;

/* With `has_roots`, an object whose reference count is greater than the number of references to it, duplicates
   included, before collapsing, is a root too (DRYAD_ROOT_NATIVE). Among records with the same address the first in file
   order is kept. */
dryad_status dryad_build(dryad_graph **out, dryad_build_input *input, dryad_build_counts *counts, dryad_error *error);

#endif
