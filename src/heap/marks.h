/* SPDX-License-Identifier: MIT */
/*
 * Marks: a number for some of a graph's objects, as garbage collection and users give them.
 *
 * A dryad_array of int64_t[count] by id, DRYAD_NO_MARK where there is none; NULL: no object has one.
 */
#ifndef DRYAD_HEAP_MARKS_H
#define DRYAD_HEAP_MARKS_H

#include "graph/graph.h"
#include "heap/change.h"

/* The same marks in another graph, found by address; objects that are not in `from` have none. NULL: no memory. */
dryad_array *dryad_marks_move(const dryad_array *marks, const dryad_graph *from, const dryad_graph *to);
/* Whether the same objects of one graph have the same marks; each may be NULL. O(objects). */
bool dryad_marks_equal(const dryad_array *a, const dryad_array *b);
/* A copy with those of a MARK change; *marked counts the objects that are there. `marks` may be NULL. */
dryad_status dryad_marks_set(dryad_array **out, const dryad_array *marks, const dryad_graph *graph,
                             const dryad_change *change, uint64_t *marked, dryad_error *error);

/*
 * Marking by depth, breadth first. With `restart` all marks go and the roots get 1; without, the largest mark there is
 * is where it goes on; when none is 1 or more, it starts anew all the same. What an object of mark d refers to and has
 * no mark gets d + 1, up to `limit`. `told` (NULL: nobody) hears of each depth when it is done, and may return false to
 * stop: *out then has the depths told so far and *complete is false, as when `limit` is reached. That is no failure.
 * Depths at which nothing is marked are not told. *depth is the largest mark there is, 0 for none; *marked counts the
 * marks given. O(objects + references). Source: marking in breadth, as in C. J. Cheney, "A nonrecursive list compacting
 * algorithm", 1970.
 */
typedef struct dryad_marks_told {
  bool (*depth_done)(void *context, uint64_t depth, uint64_t marked);
  void *context;
} dryad_marks_told;
dryad_status dryad_marks_spread(dryad_array **out, const dryad_array *marks, const dryad_graph *graph,
                                const dryad_roots *roots, bool restart, uint64_t limit, const dryad_marks_told *told,
                                uint64_t *depth, uint64_t *marked, bool *complete, dryad_error *error);

#endif
