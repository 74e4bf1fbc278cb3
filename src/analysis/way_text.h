/* SPDX-License-Identifier: MIT */
/*
 * Ways as text: what a start is called, and then the label of each step as one can type it back.
 *
 * A step is its label, with these exceptions: `(class)` is `.__class__`; an entry of a class's `__dict__` is the
 * class's attribute, unless the class itself has one of that name; what a module calls by a name with which it would
 * read as another module is `.__dict__['name']`; and where several references of an object have the same label, the
 * second is followed by `#2`, and so on.
 */
#ifndef DRYAD_ANALYSIS_WAY_TEXT_H
#define DRYAD_ANALYSIS_WAY_TEXT_H

#include "analysis/levels.h"

typedef struct dryad_way_text {
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_levels *levels;
  dryad_ids path;            /* objects of the graph, each of which refers to the next */
  const uint32_t *positions; /* path.count: of the references to each from the one before; NULL, or an entry that is
                                DRYAD_NONE: the best one, which is looked for */
} dryad_way_text;

/* Writes the start of a way: the object's name as a start, else its address as `<0x7f..>`. */
void dryad_way_start_write(dryad_writer *w, const dryad_way_text *text, dryad_id id);
/* Of a longer way, the first and the last steps are written, with ` ... ` between them. */
enum { DRYAD_WAY_BYTES = 4096 };
/* Writes it; `what` is a dryad_way_text. O(references of the objects whose steps are written). */
void dryad_way_write(dryad_writer *w, const void *what);

/* Reading, a piece at a time. */

/* The start whose text is the longest beginning of `text` that ends there or before a step; *length is the bytes it
   takes. An address is an object's, not a dangling one. DRYAD_NONE: none. O(starts). */
dryad_id dryad_way_find_start(const dryad_way_text *where, dryad_text text, size_t *length);
/* The position of the n-th reference (from 1) with this label; DRYAD_NO_POSITION if there are fewer. O(references). */
uint64_t dryad_way_find_step(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_text label,
                             uint64_t n);

#endif
