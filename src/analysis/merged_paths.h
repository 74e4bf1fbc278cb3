/* SPDX-License-Identifier: MIT */
/*
 * The best ways to all members of a set (analysis/ways.h), merged into one tree. Objects of one type that the same node
 * leads to by references of the same name form one node, with counts and bytes; all keys, and all indexes, are one
 * name. Where a step repeats one of the last three, as in a chain, in a list of lists or in a tree, its object belongs
 * to the node that it repeats.
 */
#ifndef DRYAD_ANALYSIS_MERGED_PATHS_H
#define DRYAD_ANALYSIS_MERGED_PATHS_H

#include "analysis/ways.h"

typedef struct dryad_merged_node {
  uint32_t above;   /* its parent node; DRYAD_NONE: it is a start */
  dryad_id object;  /* the first of its objects */
  dryad_edge edge;  /* the reference to that object; unused for a start */
  bool same_label;  /* all references to its objects have the label of that one */
  bool repeats;     /* steps from it lead to further objects of it */
  uint32_t depth;   /* 1 for a start */
  uint64_t objects; /* the number of its objects */
  uint64_t count;   /* members that its objects are or lead to */
  uint64_t here;    /* of these, objects of the node itself */
  uint64_t size;    /* bytes of `count` */
  uint64_t holders; /* the number of objects that lead to those `here` */
  dryad_id holder;  /* the first of them; DRYAD_NONE: none */
  dryad_id latest;  /* the last one, for counting */
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
/* Starts of one kind that are nodes of their own; if there are more, all modules still are, and others by type. */
enum { DRYAD_MOST_STARTS_ALONE = 3 };
/* Entries of a dict whose keys are told apart if they are texts, unless all are joined. */
enum { DRYAD_MOST_KEYS_APART = 8 };

/* If the tree has more than `most_apart` nodes, the keys of small dicts are one name too. Dangling members are skipped.
   Cost: that of dryad_ways_find, and 20 bytes for each object in the forest. */
dryad_status dryad_merged_paths_find(dryad_merged_paths *out, const dryad_graph *graph, const dryad_known_types *known,
                                     const dryad_levels *levels, dryad_ids members, uint32_t most_apart,
                                     dryad_progress progress, dryad_error *error);
void dryad_merged_paths_deinit(dryad_merged_paths *nodes); /* all zero is allowed */

#endif
