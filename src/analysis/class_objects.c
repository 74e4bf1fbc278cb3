/* SPDX-License-Identifier: MIT */
#include "analysis/class_objects.h"

#include "base/error.h"

dryad_status dryad_objects_of_class(const dryad_classes *classes, const dryad_type_index *index, uint32_t number,
                                    dryad_id **ids, uint64_t *count, dryad_error *error)
{
  DRYAD_ASSERT(ids && count && number < classes->count && index->count == classes->graph->count);
  uint32_t type = dryad_class_type(classes, number);
  dryad_ids among = {NULL, index->count};
  if (type != DRYAD_NONE) among = dryad_type_index_ids(index, type);
  uint64_t found = 0, next = 0;
  for (uint64_t i = 0; i < among.count; i++)
    found += dryad_class_number(classes, type == DRYAD_NONE ? (dryad_id)i : among.ids[i]) == number;
  *ids = dryad_alloc(classes->allocator, found, sizeof **ids);
  *count = *ids ? found : 0;
  if (!*ids) return dryad_fail_memory(error);
  for (uint64_t i = 0; next < found; i++) {
    dryad_id id = type == DRYAD_NONE ? (dryad_id)i : among.ids[i];
    if (dryad_class_number(classes, id) == number) (*ids)[next++] = id;
  }
  return DRYAD_OK;
}
