/*
 * The shortest paths from roots to all members of a set, merged into one tree: objects that are reached from the
 * same branch by references of the same name and are of one type make one branch, with counts and bytes.
 */
#ifndef DRYAD_CORE_BRANCHES_H
#define DRYAD_CORE_BRANCHES_H

#include "core/edge.h"
#include "core/forest.h"

typedef struct dryad_branch {
  uint32_t above;   /* the branch before it, DRYAD_NONE: it starts at a root */
  dryad_id object;  /* the first of its objects */
  dryad_edge edge;  /* how that is referred to; of no use for a start */
  uint32_t depth;   /* of a start 1 */
  uint64_t objects; /* how many objects it is made of */
  uint64_t count;   /* members that its objects are or lead to */
  uint64_t here;    /* of these, its own objects */
  uint64_t size;    /* bytes of `count` */
} dryad_branch;

typedef struct dryad_branches {
  const dryad_allocator *allocator;
  dryad_column branches; /* dryad_branch[branch_count]: each after the one above it */
  uint32_t branch_count;
  uint64_t count, size; /* members, each counted once, and their bytes */
  uint64_t unreached;   /* members that roots do not reach */
} dryad_branches;

/* How deep the tree goes; what is deeper counts at the branch that it is below. */
enum { DRYAD_DEEPEST_BRANCH = 200 };

/* Objects that lead to at least `least` members make branches of their own. Dangling members are skipped.
   O(objects + references). Scratch: 24 bytes an object: the forest (8), how many members (4) and bytes (8) it leads to,
   and its branch (4), since any object may be on the way to a member. */
dryad_status dryad_branches_find(dryad_branches *out, const dryad_graph *graph, const dryad_roots *roots,
                                 const dryad_known_types *known, dryad_ids members, uint64_t least,
                                 dryad_progress progress, dryad_error *error);
void dryad_branches_deinit(dryad_branches *branches); /* all zero is allowed */

#endif
