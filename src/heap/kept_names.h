/* SPDX-License-Identifier: MIT */
/*
 * What an object still tells of its references after it lost some of them. Names that follow from positions would be
 * gone, or wrong: an instance's class tells that names and values come before it, and a frame's variables are counted.
 */
#ifndef DRYAD_HEAP_KEPT_NAMES_H
#define DRYAD_HEAP_KEPT_NAMES_H

#include "runtime/runtime.h"

/* Adds the names of the kept references of an object to the annotations of the new graph, where they are at their new
   positions; but not those that still follow from keys. Items of lists and tuples have none then: their number tells
   that some are missing. O(references). */
dryad_status dryad_keep_names(dryad_annotations_builder *builder, const dryad_graph *graph,
                              const dryad_known_types *known, dryad_id id, const bool *keep, dryad_error *error);

/* The number of keys that a dict lost together with their values; 0 also if it lost only one of a pair, or has no keys.
   O(references). */
uint64_t dryad_lost_pairs(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, const bool *keep);

#endif
