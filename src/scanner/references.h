/* SPDX-License-Identifier: MIT */
/* Writes the references of a line: `, "refs": [...]`, and `, "names": [...]` beside them if any has one. */
#ifndef DRYAD_SCANNER_REFERENCES_H
#define DRYAD_SCANNER_REFERENCES_H

#include "seen.h"
#include "sink.h"
#include "visitor.h"
#include "walk.h"

typedef struct dryad_reference_writer {
  dryad_sink *sink;
  dryad_sink *names;     /* in memory, empty before and after: the names so far */
  dryad_walk *walk;      /* where to mark what is referred to, or NULL */
  dryad_seen *frames;    /* where to mark frames without objects */
  dryad_visitor visitor; /* takes the references */
  size_t count, named;   /* references so far, and those that `names` covers: all up to the last one with a name */
} dryad_reference_writer;

/* The caller sets the first four fields before, and lets the visitor visit in between. */
void dryad_references_begin(dryad_reference_writer *writer);
void dryad_references_end(dryad_reference_writer *writer);

#endif
