/* SPDX-License-Identifier: MIT */
/* Walks from objects to everything reachable from them. */
#ifndef DRYAD_SCANNER_WALK_H
#define DRYAD_SCANNER_WALK_H

#include "referents.h"
#include "seen.h"
#include "type_info.h"

typedef struct dryad_walk {
  const dryad_state *state;
  dryad_type_cache types;
  dryad_seen seen;
  bool types_too; /* an object's type is reached from it, even if nothing in it refers to the type */
} dryad_walk;

void dryad_walk_init(dryad_walk *walk, const dryad_state *state, bool types_too);
void dryad_walk_deinit(dryad_walk *walk);

/* A visitproc with the walk as its context: schedules the object to be visited, once. */
int dryad_walk_mark(PyObject *object, void *walk);

/* Marks the objects that an interpreter's collector tracks; false if its lists are damaged. */
bool dryad_walk_mark_tracked(dryad_walk *walk, const void *interpreter);

/* Marks the modules of an interpreter. */
void dryad_walk_mark_modules(dryad_walk *walk, const void *interpreter);

/* The next marked and unvisited object, and the facts about its type; NULL at the end, or when out of memory. */
PyObject *dryad_walk_next(dryad_walk *walk, const dryad_type_info **info);

/* True if memory ran out: the walk is incomplete. */
bool dryad_walk_failed(const dryad_walk *walk);

#endif
