/* SPDX-License-Identifier: MIT */
/* The columns of obj for what only some dumps say of an object. */
#ifndef DRYAD_SQL_OBJECT_DETAILS_H
#define DRYAD_SQL_OBJECT_DETAILS_H

#include <sqlite3.h>

#include "dryad.h"
#include "sql/heap_source.h"

/* The cell of DRYAD_OBJECT_WAY: the best way to the object; NULL if no root leads to it. Returns SQLite's code. */
int dryad_object_way_cell(sqlite3_context *context, dryad_heap_source *source, dryad_id id);

/* The cell of DRYAD_OBJECT_REFCOUNT, ALLOCATED, FILE or LINE; NULL where the dump says nothing. */
void dryad_object_detail_cell(sqlite3_context *context, const dryad_graph *graph, dryad_id id, int column);

#endif
