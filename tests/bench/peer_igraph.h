/* SPDX-License-Identifier: MIT */
/* The peer of the analyses: igraph, which uses one thread. */
#ifndef BENCH_PEER_IGRAPH_H
#define BENCH_PEER_IGRAPH_H

#include "dryad.h"

typedef struct igraph_answers {
  double dominator_seconds; /* igraph_dominator_tree */
  double search_seconds;    /* igraph_bfs_simple, the fastest of several */
  uint32_t count;           /* objects of the graph */
  dryad_id *dominators;     /* count: immediate ones; DRYAD_NONE: none, or roots do not reach it */
  uint32_t *distances;      /* count: steps from the nearest root; DRYAD_NONE: roots do not reach it */
} igraph_answers;

/* Gives igraph the graph, with the same references in the same order, and one more vertex that refers to
   every root; the time for that is not counted. igraph ends the process when out of memory.
   Freed with igraph_answers_deinit. */
void igraph_answers_init(igraph_answers *out, const dryad_graph *graph, const dryad_roots *roots);
void igraph_answers_deinit(igraph_answers *answers);

#endif
