/* SPDX-License-Identifier: MIT */
/*
 * Which dicts are parts of their owners. See runtime/runtime.h.
 *
 * An object has its __dict__ as a part, unless its type is one of those that never have one, when
 * - it is a module with exactly one reference, to the dict;
 * - it has exactly two references: the dict, then its class;
 * - it is an old-style instance with exactly two references: its class, then the dict. Its type becomes the class.
 */
#ifndef DRYAD_RUNTIME_PYTHON_COLLAPSE_RULES_H
#define DRYAD_RUNTIME_PYTHON_COLLAPSE_RULES_H

#include "runtime/runtime.h"

unsigned dryad_python_collapse_ref_counts(const dryad_known_types *known, uint32_t type);
dryad_part dryad_python_part_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                const dryad_id *refs, uint64_t ref_count);

#endif
