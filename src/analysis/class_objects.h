/* SPDX-License-Identifier: MIT */
/* The objects of a class. */
#ifndef DRYAD_ANALYSIS_CLASS_OBJECTS_H
#define DRYAD_ANALYSIS_CLASS_OBJECTS_H

#include "graph/type_index.h"
#include "runtime/classes.h"

/* A block of exactly *count ids from the graph's allocator, ascending. O(objects of the class's type), or O(objects) if
   they have several. */
dryad_status dryad_objects_of_class(const dryad_classes *classes, const dryad_type_index *index, uint32_t number,
                                    dryad_id **ids, uint64_t *count, dryad_error *error);

#endif
