/* SPDX-License-Identifier: MIT */
/* What an object refers to: what its tp_traverse gives, in a telling order, and what it does not give.
 *
 * - lists and tuples: their items, from index 0
 * - dicts: key, value, ...; what a kind of dict holds besides comes behind
 * - instances of Python classes: a dict first (behind items); attributes and slots as name, value, ...; with slots, or
 *   where values are inline besides a dict, what the dict holds is among those pairs, and the dict is the last of them,
 *   named __dict__
 * - exceptions: the same, with their fields as attributes; their class always
 * - modules: the dict first; frames that run: what their tp_traverse leaves out
 * - types, code and descriptors: their names and whatever else tp_traverse leaves out, static types too
 * - numpy arrays: the base, the descriptor, and the items of an array of objects
 * - the class comes last, where an object holds its class
 * - weak references are not followed */
#ifndef DRYAD_SCANNER_REFERENTS_H
#define DRYAD_SCANNER_REFERENTS_H

#include "frames.h"
#include "type_info.h"

typedef struct dryad_visitor {
  visitproc visit;
  int (*frame)(const dryad_frame *frame, void *context); /* a running frame that has no object */
  void *context;
} dryad_visitor;

/* Visits them, duplicates too. Stops at a nonzero result, which it returns. */
int dryad_referents_visit(const dryad_state *state, const dryad_type_info *info, PyObject *object,
                          const dryad_visitor *visitor);

/* The same for a running frame: its contents and the frame that called it. */
int dryad_referents_visit_frame(const dryad_frame *frame, const dryad_visitor *visitor);

#endif
