/* SPDX-License-Identifier: MIT */
/*
 * The shortest paths from roots to all members of a set, merged into one tree: objects that are reached from the
 * same node by references of the same name and are of one type make one node, with counts and bytes.
 */
#ifndef DRYAD_ANALYSIS_MERGED_PATHS_H
#define DRYAD_ANALYSIS_MERGED_PATHS_H

#include "analysis/root_tree.h"
#include "runtime/runtime.h"

typedef struct dryad_merged_node {
  uint32_t above;   /* the node before it, DRYAD_NONE: it starts at a root */
  dryad_id object;  /* the first of its objects */
  dryad_edge edge;  /* how that is referred to; of no use for a start */
  uint32_t depth;   /* of a start 1 */
  uint64_t objects; /* how many objects it is made of */
  uint64_t count;   /* members that its objects are or lead to */
  uint64_t here;    /* of these, its own objects */
  uint64_t size;    /* bytes of `count` */
} dryad_merged_node;

typedef struct dryad_merged_paths {
  const dryad_allocator *allocator;
  dryad_column nodes; /* dryad_merged_node[node_count]: each after the one above it */
  uint32_t node_count;
  uint64_t count, size; /* members, each counted once, and their bytes */
  uint64_t unreached;   /* members that roots do not reach */
} dryad_merged_paths;

/* How deep the tree goes; what is deeper counts at the node that it is below. */
enum { DRYAD_DEEPEST_MERGED_NODE = 200 };

/* Objects that lead to at least `least` members make nodes of their own. Dangling members are skipped.
   O(objects + references). Scratch: 24 bytes an object: the root tree (8), how many members (4) and bytes (8) it leads
   to, and its node (4), since any object may be on the way to a member. */
dryad_status dryad_merged_paths_find(dryad_merged_paths *out, const dryad_graph *graph, const dryad_roots *roots,
                                     const dryad_known_types *known, dryad_ids members, uint64_t least,
                                     dryad_progress progress, dryad_error *error);
void dryad_merged_paths_deinit(dryad_merged_paths *nodes); /* all zero is allowed */

#endif
