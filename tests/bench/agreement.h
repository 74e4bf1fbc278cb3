/* SPDX-License-Identifier: MIT */
/* Compares the results of Dryad and igraph; reports the first difference on stderr. */
#ifndef BENCH_AGREEMENT_H
#define BENCH_AGREEMENT_H

#include "dryad.h"
#include "peer_igraph.h"
#include "root_tree.h"

/* Immediate dominators of all objects, and the retained sizes derived from igraph's. */
bool dominators_agree(const igraph_answers *answers, const dryad_graph *graph, const dryad_dominators *dominators);

/* Steps of each object from the nearest root. */
bool distances_agree(const igraph_answers *answers, const dryad_graph *graph, const dryad_root_tree *forest);

#endif
