/* SPDX-License-Identifier: MIT */
/* The referents of an object: those that its tp_traverse visits, in a meaningful order, and those that it leaves out.
 *
 * - lists and tuples: their items, from index 0
 * - dicts: key, value, ...; then the further contents of dict subtypes
 * - instances of Python classes: a dict first (after items); attributes and slots as name, value, ...; with slots,
 *   these pairs include the dict's contents, and the dict is the last of them, named __dict__
 * - exceptions: the same, with their fields as attributes, and always their class
 * - modules: the dict first; running frames: also what their tp_traverse leaves out
 * - dicts that keep an order of their own: the keys a second time, after the items
 * - types, code and descriptors: also their names and whatever else tp_traverse leaves out, static types too
 * - caches of functools.lru_cache: also the elements of their lists
 * - numpy arrays: the base, the descriptor, and the items of an array of objects
 * - the class is last, if the object holds its class
 * - weak references are not followed */
#ifndef DRYAD_SCANNER_REFERENTS_H
#define DRYAD_SCANNER_REFERENTS_H

#include "frames.h"
#include "type_info.h"
#include "visitor.h"

/* Visits the referents, duplicates too. Stops at a nonzero result and returns it. */
int dryad_referents_visit(const dryad_state *state, const dryad_type_info *info, PyObject *object,
                          dryad_visitor *visitor);

/* The same for a running frame: its contents and the frame that called it. */
int dryad_referents_visit_frame(const dryad_frame *frame, dryad_visitor *visitor);

#endif
