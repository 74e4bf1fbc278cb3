/* SPDX-License-Identifier: MIT */
/*
 * Marks: a number for some of a graph's objects, as garbage collection and users give them.
 *
 * A dryad_array of int64_t[count] by id, DRYAD_NO_MARK for none; NULL: no object has one.
 */
#ifndef DRYAD_HEAP_MARKS_H
#define DRYAD_HEAP_MARKS_H

#include "graph/graph.h"
#include "heap/change.h"

/* The same marks in another graph, found by address; objects that are not in `from` have none. NULL: no memory. */
dryad_array *dryad_marks_move(const dryad_array *marks, const dryad_graph *from, const dryad_graph *to);
/* Whether the same objects of one graph have the same marks; each may be NULL. O(objects). */
bool dryad_marks_equal(const dryad_array *a, const dryad_array *b);
/* A copy with the marks of a MARK change applied; *marked counts the objects that exist. `marks` may be NULL. */
dryad_status dryad_marks_set(dryad_array **out, const dryad_array *marks, const dryad_graph *graph,
                             const dryad_change *change, uint64_t *marked, dryad_error *error);

/*
 * Marks by depth, breadth first. With `restart`, clears all marks and marks the roots 1; otherwise continues from the
 * largest mark, or starts anew if no mark is 1 or more. Unmarked objects that an object with mark d refers to get d +
 * 1, up to `limit`. `told` (NULL: none) is called after each depth, and may return false to stop: *out then has the
 * depths reported so far and *complete is false, as when `limit` is reached. That is not a failure. Depths at which
 * nothing is marked are not reported. *depth is the largest mark, 0 for none; *marked counts the marks given. O(objects
 * + references). Source: breadth-first marking, as in C. J. Cheney, "A nonrecursive list compacting algorithm", 1970.
 */
typedef struct dryad_marks_told {
  bool (*depth_done)(void *context, uint64_t depth, uint64_t marked);
  void *context;
} dryad_marks_told;
dryad_status dryad_marks_spread(dryad_array **out, const dryad_array *marks, const dryad_graph *graph,
                                const dryad_roots *roots, bool restart, uint64_t limit, const dryad_marks_told *told,
                                uint64_t *depth, uint64_t *marked, bool *complete, dryad_error *error);

#endif
