/* SPDX-License-Identifier: MIT */
/*
 * What the tables of one heap share: the heap, facts about its current graph, and the changes that a statement
 * collects.
 */
#ifndef DRYAD_SQL_HEAP_SOURCE_H
#define DRYAD_SQL_HEAP_SOURCE_H

#include <sqlite3.h>

#include "analysis/way_forest.h"
#include "base/key_table.h"
#include "graph/ref_positions.h"
#include "heap/heap.h"
#include "runtime/runtime.h"

/* The state of the running statement, for the tables; one per database. */
typedef struct dryad_sql_work {
  dryad_progress progress;
  dryad_status status; /* of a table's failure; DRYAD_OK: none, or SQLite has the message */
  dryad_error error;
} dryad_sql_work;

/* The kinds of changes that statements collect, in the order in which they are applied. */
enum { DRYAD_COLLECTED_EDIT, DRYAD_COLLECTED_PIN, DRYAD_COLLECTED_MARK, DRYAD_COLLECTED_KINDS };

typedef struct dryad_heap_source {
  const dryad_allocator *allocator;
  uint32_t references;
  dryad_heap *heap; /* NULL once it is closed; the database may be closed too */
  dryad_sql_work *work;
  dryad_change *collected[DRYAD_COLLECTED_KINDS]; /* NULL: none */
  dryad_key_table coming; /* addresses of the new objects of the collected edit, numbered in the same order */
  /* Facts about the heap's graph at `version`; all zero: none needed yet. */
  uint64_t version;
  bool knows_types;
  dryad_known_types known;
  dryad_ref_positions ref_positions;
  dryad_id *unreferenced;
  uint64_t unreferenced_count;
  uint32_t ways_found;     /* one by one */
  dryad_way_forest forest; /* made for those who ask for many ways; .steps NULL: not yet */
} dryad_heap_source;

/* Starts with one reference; NULL: no memory. */
dryad_heap_source *dryad_heap_source_new(const dryad_allocator *allocator, dryad_heap *heap, dryad_sql_work *work);
dryad_heap_source *dryad_heap_source_retain(dryad_heap_source *source);
void dryad_heap_source_release(dryad_heap_source *source);
/* Detaches a heap that is about to be freed; remaining tables then have no rows. */
void dryad_heap_source_forget(dryad_heap_source *source);

/* The facts about the current graph. */
const dryad_known_types *dryad_heap_source_known(dryad_heap_source *source);
dryad_ref_positions *dryad_heap_source_ref_positions(dryad_heap_source *source);
dryad_status dryad_heap_source_unreferenced(dryad_heap_source *source, dryad_ids *out, dryad_error *error);

/* The best ways to all objects, once many were asked for; else NULL, and counts one more. */
dryad_status dryad_heap_source_forest(dryad_heap_source *source, const dryad_levels *levels,
                                      const dryad_way_forest **out, dryad_error *error);

/* The change that collects this kind, made if needed; NULL: no memory. */
dryad_change *dryad_heap_source_collect(dryad_heap_source *source, int kind);
void dryad_heap_source_drop_collected(dryad_heap_source *source);

/* Calls the statement's progress callback; returns the status, with work->error filled. */
dryad_status dryad_sql_ask(dryad_sql_work *work);
/* Keeps the status of a failed core call (work->error is filled) for the statement, and returns SQLite's code for
   it. */
int dryad_sql_failed(dryad_sql_work *work, dryad_status status);

#endif
