/* SPDX-License-Identifier: MIT */
/*
 * The best way to each of some objects: a shortest one by levels (analysis/levels.h), and of equally short ones the
 * first by its start and then by the label of each step. Together the best ways are a forest, since a part of a best
 * way is a best way too.
 */
#ifndef DRYAD_ANALYSIS_WAYS_H
#define DRYAD_ANALYSIS_WAYS_H

#include "analysis/levels.h"

typedef struct dryad_way_node {
  dryad_id id;
  uint32_t above;    /* the node before it on the way; DRYAD_NONE: the start */
  uint64_t position; /* of that one's reference to it, the first by its label; 0 for a start */
} dryad_way_node;

typedef struct dryad_ways {
  const dryad_allocator *allocator;
  uint32_t count, room;
  dryad_way_node *nodes; /* count (a block of `room`): nearest to the starts first, so each after the node above it */
} dryad_ways;

/* Objects on several of the shortest ways to the members are in the forest, whether they are on the best one or not.
   Members that no root leads to, and dangling ones, are left out. O(objects on shortest ways to the members, and their
   references and referrers; a bit per object). */
dryad_status dryad_ways_find(dryad_ways *out, const dryad_graph *graph, const dryad_known_types *known,
                             const dryad_levels *levels, dryad_ids members, dryad_progress progress,
                             dryad_error *error);
void dryad_ways_deinit(dryad_ways *ways); /* all zero is allowed */

/* The best way to one object; count 0 if no root leads to it. The caller deinits *out. */
dryad_status dryad_way_find(dryad_path *out, const dryad_graph *graph, const dryad_known_types *known,
                            const dryad_levels *levels, dryad_id id, dryad_progress progress, dryad_error *error);

/* Like dryad_paths_from_roots, but the first of the paths is the best way. */
dryad_status dryad_ways_to(dryad_path *out, uint32_t wanted, uint32_t *count, const dryad_graph *graph,
                           const dryad_known_types *known, const dryad_levels *levels, const dryad_roots *roots,
                           dryad_id id, dryad_progress progress, dryad_error *error);

/* Compares two edges of one object by their labels: -1, 0 or 1. Items go by their numbers, and edges without a name
   last. */
int dryad_edges_compare(const dryad_graph *graph, const dryad_known_types *known, const dryad_edge *a,
                        const dryad_edge *b);
/* The position of the first of the references from parent to child by label; DRYAD_NO_POSITION if there is none.
   O(references of the parent). */
uint64_t dryad_best_edge_between(const dryad_graph *graph, const dryad_known_types *known, dryad_id parent,
                                 dryad_id child);

#endif
