/* SPDX-License-Identifier: MIT */
/* Edge labels: the name of a reference as a Python user would write it. See runtime/runtime.h. */
#ifndef DRYAD_RUNTIME_PYTHON_EDGE_H
#define DRYAD_RUNTIME_PYTHON_EDGE_H

#include "runtime/runtime.h"

dryad_edge dryad_python_edge_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                uint64_t position);
void dryad_python_write_edge(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known,
                             const dryad_edge *edge);

#endif
