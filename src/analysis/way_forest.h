/* SPDX-License-Identifier: MIT */
/*
 * The best ways to all objects of a graph, for those who ask for many: then each takes no search of its own.
 *
 * Each object knows the one before it on its best way, and one that is farther up, so that an object some steps up is
 * found in logarithmic time. Source: E. W. Myers, "An applicative random-access stack", 1983.
 */
#ifndef DRYAD_ANALYSIS_WAY_FOREST_H
#define DRYAD_ANALYSIS_WAY_FOREST_H

#include "analysis/way_text.h"

typedef struct dryad_way_step {
  dryad_id above;    /* the object before it; DRYAD_NONE: a start, or no root leads to it */
  dryad_id jump;     /* an object farther up, or `above`; its own id at the start */
  uint32_t steps;    /* from the start */
  uint32_t position; /* of the reference from `above`; DRYAD_NONE: too high for this */
} dryad_way_step;

typedef struct dryad_way_forest {
  const dryad_allocator *allocator;
  uint32_t count; /* objects of the graph */
  dryad_way_step *steps;
} dryad_way_forest;

/* O(objects + references); 16 bytes per object, and about 40 more meanwhile. The caller deinits *out. */
dryad_status dryad_way_forest_init(dryad_way_forest *out, const dryad_graph *graph, const dryad_known_types *known,
                                   const dryad_levels *levels, dryad_progress progress, dryad_error *error);
void dryad_way_forest_deinit(dryad_way_forest *forest); /* all zero is allowed */

/* As much of a way as its text can show, for dryad_way_text.path: an object that is left out is farther from both ends
   than what is written, since no step is shorter than a byte. */
enum { DRYAD_WAY_FIRST = DRYAD_WAY_BYTES + 2, DRYAD_WAY_LAST = DRYAD_WAY_BYTES / 2 + 2 };
typedef struct dryad_way_ends {
  uint32_t count;
  dryad_id ids[DRYAD_WAY_FIRST + DRYAD_WAY_LAST];
  uint32_t positions[DRYAD_WAY_FIRST + DRYAD_WAY_LAST]; /* of the references to each from the one before */
} dryad_way_ends;
/* count 0 if no root leads to the object. O(DRYAD_WAY_FIRST + DRYAD_WAY_LAST + log objects). */
void dryad_way_forest_ends(dryad_way_ends *out, const dryad_way_forest *forest, const dryad_levels *levels,
                           dryad_id id);

#endif
