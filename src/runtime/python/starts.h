/* SPDX-License-Identifier: MIT */
/* Objects at which a way can start, and how they are written. See runtime/runtime.h. */
#ifndef DRYAD_RUNTIME_PYTHON_STARTS_H
#define DRYAD_RUNTIME_PYTHON_STARTS_H

#include "runtime/runtime.h"

dryad_start_kind dryad_python_start_kind(const dryad_known_types *known, uint32_t type);
dryad_text dryad_python_start_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
uint64_t dryad_python_start_order(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
void dryad_python_write_start(dryad_writer *w, dryad_start_kind kind, dryad_text name);

/* Writes the name of a frame's function as in `<frame worker>`: in quotes unless it is made of words, dots and words in
   angle brackets. */
void dryad_put_frame_name(dryad_writer *w, dryad_text name);

#endif
