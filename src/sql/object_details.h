/* SPDX-License-Identifier: MIT */
/* The columns of obj for what only some dumps say of an object. */
#ifndef DRYAD_SQL_OBJECT_DETAILS_H
#define DRYAD_SQL_OBJECT_DETAILS_H

#include <sqlite3.h>

#include "dryad.h"

/* The cell of DRYAD_OBJECT_REFCOUNT, ALLOCATED, FILE or LINE; NULL where the dump says nothing. */
void dryad_object_detail_cell(sqlite3_context *context, const dryad_graph *graph, dryad_id id, int column);

#endif
