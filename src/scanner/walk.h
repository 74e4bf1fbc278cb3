/* SPDX-License-Identifier: MIT */
/* Walks from objects to all that can be reached from them. */
#ifndef DRYAD_SCANNER_WALK_H
#define DRYAD_SCANNER_WALK_H

#include "referents.h"
#include "seen.h"
#include "type_info.h"

typedef struct dryad_walk {
  const dryad_state *state;
  dryad_type_cache types;
  dryad_seen seen;
  bool types_too; /* an object's type is reached from it, even where nothing in it refers to the type */
} dryad_walk;

void dryad_walk_init(dryad_walk *walk, const dryad_state *state, bool types_too);
void dryad_walk_deinit(dryad_walk *walk);

/* A visitproc with the walk as its context: the object will be visited, once. */
int dryad_walk_mark(PyObject *object, void *walk);

/* Marks what the collector tracks; false where its lists are not as they should be. */
bool dryad_walk_mark_tracked(dryad_walk *walk);

/* Marks what threads hold, and the modules. */
void dryad_walk_mark_threads(dryad_walk *walk);

/* The next object that was marked and not visited, and the facts about its type; NULL at the end, or without memory. */
PyObject *dryad_walk_next(dryad_walk *walk, const dryad_type_info **info);

/* True when memory was lacking: the walk is not complete. */
bool dryad_walk_failed(const dryad_walk *walk);

#endif
