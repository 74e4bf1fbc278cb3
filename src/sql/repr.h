/* SPDX-License-Identifier: MIT */
/* The repr column: what memsee shows of an object. */
#ifndef DRYAD_SQL_REPR_H
#define DRYAD_SQL_REPR_H

#include "runtime/python/known_types.h"
#include "runtime/python/python_text.h"

/* Of a function, type or module its name, else its value; of an int, str or unicode its value as Python writes it; else
   its type, as for what has neither. Null writes as None. */
typedef struct dryad_repr {
  const dryad_graph *graph;
  const dryad_known_types *known;
  int python;
  dryad_id id;
} dryad_repr;
/* Text that the graph has as it is to be shown; .data NULL: call dryad_repr_write. */
dryad_text dryad_repr_text(const dryad_repr *repr);
void dryad_repr_write(dryad_writer *w, const void *repr);

#endif
