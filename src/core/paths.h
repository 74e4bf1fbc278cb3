/* What the searches for paths share. */
#ifndef DRYAD_CORE_PATHS_H
#define DRYAD_CORE_PATHS_H

#include "core/memory.h"
#include "dryad.h"

/* The path that leads from `end` by way of next[] to the object that is its own next. */
dryad_status dryad_path_follow(dryad_path *out, const dryad_graph *graph, const dryad_id *next, dryad_id end,
                               dryad_error *error);
/* From its end to its start, in place. */
void dryad_path_turn(dryad_path *path);

#endif
