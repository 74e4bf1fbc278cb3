/* SPDX-License-Identifier: MIT */
/*
 * The shortest paths from roots to all members of a set, merged into one tree: objects of one type that references of
 * the same name reach from the same node form one node, with counts and bytes.
 */
#ifndef DRYAD_ANALYSIS_MERGED_PATHS_H
#define DRYAD_ANALYSIS_MERGED_PATHS_H

#include "analysis/root_tree.h"
#include "runtime/runtime.h"

typedef struct dryad_merged_node {
  uint32_t above;   /* its parent node; DRYAD_NONE: it starts at a root */
  dryad_id object;  /* the first of its objects */
  dryad_edge edge;  /* the reference to that object; unused for a start */
  uint32_t depth;   /* 1 for a start */
  uint64_t objects; /* the number of its objects */
  uint64_t count;   /* members that its objects are or lead to */
  uint64_t here;    /* of these, objects of the node itself */
  uint64_t size;    /* bytes of `count` */
} dryad_merged_node;

typedef struct dryad_merged_paths {
  const dryad_allocator *allocator;
  dryad_column nodes; /* dryad_merged_node[node_count]: each after its parent */
  uint32_t node_count;
  uint64_t count, size; /* members, each counted once, and their bytes */
  uint64_t unreached;   /* members that no root reaches */
} dryad_merged_paths;

/* The maximum depth of the tree; deeper objects count at their ancestor at that depth. */
enum { DRYAD_DEEPEST_MERGED_NODE = 200 };

/* Objects that lead to at least `least` members get nodes of their own. Dangling members are skipped. O(objects +
   references). Scratch: 24 bytes per object, since any object may be on the path to a member: the root tree (8), the
   number of members (4) and bytes (8) that it leads to, and its node (4). */
dryad_status dryad_merged_paths_find(dryad_merged_paths *out, const dryad_graph *graph, const dryad_roots *roots,
                                     const dryad_known_types *known, dryad_ids members, uint64_t least,
                                     dryad_progress progress, dryad_error *error);
void dryad_merged_paths_deinit(dryad_merged_paths *nodes); /* all zero is allowed */

#endif
