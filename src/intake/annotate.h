/* SPDX-License-Identifier: MIT */
/* Moves what batches say of some records only, their annotations and details, into a graph. */
#ifndef DRYAD_INTAKE_ANNOTATE_H
#define DRYAD_INTAKE_ANNOTATE_H

#include "graph/graph.h"
#include "intake/batch.h"
#include "intake/collapse.h"

/* The destinations of the batches' records. */
typedef struct dryad_record_places {
  const dryad_batch *batches; /* joined; with their references as ids, see intake/build.c */
  uint32_t batch_count;
  const dryad_column *ids;    /* by batch: dryad_id[batch.count], each record's raw id; DRYAD_NONE: dropped */
  const dryad_collapse *plan; /* NULL: nothing is collapsed */
  const dryad_id *final;      /* by raw id; NULL: the same */
} dryad_record_places;

/* Adds annotations and details to a graph whose references are already laid out. An object that takes over a part
   without a reference count loses its own: whatever the part refers to must not be garbage (see analysis/roots.h)
   because its owner is counted. `native` (by raw id; NULL: the dump does not say which records are roots, and none is
   kept) has the objects that are roots without a record that says so. O(names + roots + details). */
dryad_status dryad_annotate(dryad_graph *graph, const dryad_record_places *places, const dryad_bits *native,
                            dryad_error *error);

#endif
