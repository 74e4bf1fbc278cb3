/* SPDX-License-Identifier: MIT */
/*
 * Names of the references of frames, generators and coroutines: what CPython visits first, then the variables, whose
 * names are in the code. A variable that is not set is not visited, and temporary values come after the variables, so
 * the names are used only where there are as many of both.
 */
#ifndef DRYAD_RUNTIME_PYTHON_FRAME_EDGE_H
#define DRYAD_RUNTIME_PYTHON_FRAME_EDGE_H

#include "runtime/python/owner.h"

/* The attribute or variable of a reference: static, or the graph's text; .data NULL: unknown. O(1). */
dryad_text dryad_frame_edge(const dryad_owner *o, uint64_t position);
dryad_text dryad_generator_edge(const dryad_owner *o, uint64_t position);

#endif
