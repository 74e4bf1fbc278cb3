/* SPDX-License-Identifier: MIT */
/*
 * Where memory grew from one heap to another, and what was added there.
 *
 * The objects of all heaps are tallied by place (analysis/places.h). Growth is followed from where ways start to the
 * last place that did not become more itself, but below which objects became more or larger.
 */
#ifndef DRYAD_ANALYSIS_GROWTH_H
#define DRYAD_ANALYSIS_GROWTH_H

#include "analysis/growth_search.h"

/* A heap to compare. */
typedef struct dryad_growth_heap {
  const dryad_graph *graph;
  const dryad_roots *roots;
  const dryad_classes *classes;
} dryad_growth_heap;

/* Objects of one class that were added below a finding's holders. */
typedef struct dryad_growth_class {
  dryad_id example; /* in the last heap */
  int64_t count;    /* how many more there are */
  int64_t size;     /* by how many bytes they grew */
  int64_t within;   /* the same with all that is below the topmost of them */
} dryad_growth_class;

typedef struct dryad_growth {
  const dryad_allocator *allocator;
  uint32_t heaps;
  dryad_column findings; /* dryad_growth_finding[count], largest growth first */
  uint64_t count;
  dryad_column classes; /* dryad_growth_class[class_count] */
  uint64_t class_count;
  dryad_column counts; /* uint64_t[heaps * count]: objects that became more, of the class of `member` */
  dryad_column sizes;  /* uint64_t[heaps * count]: bytes below the holders */
  dryad_id *added;     /* added_count (a block): objects of the last heap */
  uint64_t added_count;
  int64_t total; /* bytes by which all places that grew did */
} dryad_growth;

/*
 * Finds growth of at least `least` bytes and a fiftieth of all growth. `matches` (by id of the last heap: the same
 * object of the first heap) tells added objects from kept ones; without it (NULL), the heaps are those of different
 * processes, and what a place has more than before, in the order of ways, counts as added. A kept object that is merely
 * reached in another way counts at neither place. `count` heaps, at least 2. O(objects + references) for each heap.
 */
dryad_status dryad_growth_find(dryad_growth *out, const dryad_growth_heap *heaps, uint32_t count,
                               const dryad_id *matches, uint64_t least, dryad_progress progress, dryad_error *error);
void dryad_growth_deinit(dryad_growth *growth); /* all zero is allowed */

/* Whether the last heap has only objects of the first, and none is larger: no need to look where they are, so
   dryad_growth_find finds nothing. `matches` as there. O(objects). */
bool dryad_nothing_grew(const dryad_graph *last, const dryad_graph *first, const dryad_id *matches);

#endif
