/* SPDX-License-Identifier: MIT */
/* The places below which memory grew. */
#ifndef DRYAD_ANALYSIS_GROWTH_SEARCH_H
#define DRYAD_ANALYSIS_GROWTH_SEARCH_H

#include "analysis/place_tally.h"

/* `holders` objects of the last heap, the first of which is `holder`, below which memory grew. */
typedef struct dryad_growth_finding {
  dryad_id holder; /* DRYAD_NONE: what grew is itself where ways start */
  uint32_t holders;
  dryad_id before;                   /* the holder in the first heap; DRYAD_NONE: none, or several */
  dryad_id member;                   /* the first of what became more; DRYAD_NONE: the holder itself became larger */
  bool is_chain;                     /* what became more refers to each other */
  bool is_tree;                      /* the same, in more than one way */
  bool is_new;                       /* the first heap has no such holder */
  dryad_id start;                    /* where the way to it starts */
  bool is_start_new;                 /* the first heap has no such start */
  int64_t bytes;                     /* by how much it grew */
  uint64_t first_class, class_count; /* positions in `classes`: those reached first come first */
  uint64_t first_added, added_count; /* positions in `added` */
  uint64_t first_count;              /* position in `counts` and `sizes`, one for each heap */
} dryad_growth_finding;

typedef struct dryad_growth_search {
  const dryad_allocator *allocator;
  uint32_t count;     /* places */
  uint32_t *findings; /* count: the finding that a place belongs to; DRYAD_NONE: none */
  bool *is_holder;    /* count: objects of this place are the holders of its finding */
  bool *is_member;    /* count: objects of this place became more */
  dryad_column found; /* dryad_growth_finding[found_count], largest growth first */
  uint64_t found_count;
} dryad_growth_search;

/* The bytes by which all that starts somewhere grew, without what shrank. O(places). */
int64_t dryad_growth_total(const dryad_places *places, const dryad_place_tally *later,
                           const dryad_place_tally *earlier);

/* Finds growth of at least `least` bytes: all of the findings but their classes, objects, counts and holders before.
   False: no memory. O(places). */
bool dryad_growth_search_run(dryad_growth_search *out, const dryad_places *places, const dryad_placed_heap *later,
                             const dryad_placed_heap *earlier, int64_t least);
void dryad_growth_search_deinit(dryad_growth_search *search); /* all zero is allowed */

#endif
