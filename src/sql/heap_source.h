/* SPDX-License-Identifier: MIT */
/*
 * What the tables of one heap share: the heap, what was found out about its current graph, and the changes that a
 * statement collects.
 */
#ifndef DRYAD_SQL_HEAP_SOURCE_H
#define DRYAD_SQL_HEAP_SOURCE_H

#include <sqlite3.h>

#include "base/key_table.h"
#include "graph/ref_positions.h"
#include "heap/heap.h"
#include "runtime/runtime.h"

/* What a statement lends to the tables while it runs; one for a database. */
typedef struct dryad_sql_work {
  dryad_progress progress;
  dryad_status status; /* of what a table failed with; DRYAD_OK: of nothing, or SQLite has the message */
  dryad_error error;
} dryad_sql_work;

/* The kinds of changes that statements collect, in the order in which they are to be made. */
enum { DRYAD_COLLECTED_EDIT, DRYAD_COLLECTED_PIN, DRYAD_COLLECTED_MARK, DRYAD_COLLECTED_KINDS };

typedef struct dryad_heap_source {
  const dryad_allocator *allocator;
  uint32_t references;
  dryad_heap *heap; /* NULL: it is gone, and so is the database perhaps */
  dryad_sql_work *work;
  dryad_change *collected[DRYAD_COLLECTED_KINDS]; /* NULL: none */
  dryad_key_table coming; /* addresses of the new objects of the collected edit, numbered as these are */
  /* Of the heap's graph at `version`; all zero: nothing was asked for yet. */
  uint64_t version;
  bool knows_types;
  dryad_known_types known;
  dryad_ref_positions ref_positions;
  dryad_id *unreferenced;
  uint64_t unreferenced_count;
} dryad_heap_source;

/* With one reference; NULL: no memory. */
dryad_heap_source *dryad_heap_source_new(const dryad_allocator *allocator, dryad_heap *heap, dryad_sql_work *work);
dryad_heap_source *dryad_heap_source_retain(dryad_heap_source *source);
void dryad_heap_source_release(dryad_heap_source *source);
/* The heap is about to be freed; tables that are left have no rows to give. */
void dryad_heap_source_forget(dryad_heap_source *source);

/* Of the current graph. */
const dryad_known_types *dryad_heap_source_known(dryad_heap_source *source);
dryad_ref_positions *dryad_heap_source_ref_positions(dryad_heap_source *source);
dryad_status dryad_heap_source_unreferenced(dryad_heap_source *source, dryad_ids *out, dryad_error *error);

/* The change that collects this kind; NULL: no memory. */
dryad_change *dryad_heap_source_collect(dryad_heap_source *source, int kind);
void dryad_heap_source_drop_collected(dryad_heap_source *source);

/* Asks the statement's progress whether to go on: the status, with work->error filled. */
dryad_status dryad_sql_ask(dryad_sql_work *work);
/* Keeps what a core call failed with (work->error is filled) for the statement, and gives SQLite's code for it. */
int dryad_sql_failed(dryad_sql_work *work, dryad_status status);

#endif
