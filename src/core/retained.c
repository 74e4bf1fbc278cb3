#include "core/retained.h"

#include <string.h>

#include "core/error.h"
#include "core/flood.h"
#include "core/graph.h"

/* Whether a root, or an object that the flood has seen, leads to `id` at once. */
static bool is_entered(const dryad_flood *flood, const dryad_roots *roots, dryad_id id)
{
  if (dryad_roots_reason(roots, id) != DRYAD_ROOT_NONE) return true;
  dryad_ids referrers = dryad_parents(flood->graph, id);
  for (uint64_t i = 0; i < referrers.count; i++)
    if (dryad_bits_get(&flood->seen, referrers.ids[i])) return true;
  return false;
}

/* Floods from roots around the set, then from it: order[*others ..] is what only the set leads to. */
static dryad_status flood_apart(dryad_flood *flood, const dryad_roots *roots, const dryad_id *ids, uint64_t count,
                                uint32_t *others, const dryad_progress *progress, dryad_error *error)
{
  static const char reaching[] = "finding what is retained";
  const uint32_t objects = flood->graph->count;
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] < objects) dryad_bits_set(&flood->seen, ids[i]);
  for (uint32_t i = 0; i < roots->count; i++) dryad_flood_add(flood, roots->ids[i]);
  dryad_status status = dryad_flood_run(flood, reaching, progress, error);
  if (status) return status;
  *others = flood->found;
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] < objects) dryad_bits_clear(&flood->seen, ids[i]);
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] < objects && is_entered(flood, roots, ids[i])) dryad_flood_add(flood, ids[i]);
  return dryad_flood_run(flood, reaching, progress, error);
}

dryad_status dryad_retained_set(const dryad_graph *graph, const dryad_roots *roots, const dryad_id *ids, uint64_t count,
                                dryad_id **out, uint64_t *out_count, uint64_t *size, dryad_progress progress,
                                dryad_error *error)
{
  dryad_flood flood;
  uint32_t others = 0;
  *size = 0;
  if (out) *out = NULL;
  if (out) *out_count = 0;
  if (!dryad_flood_init(&flood, graph, false)) return dryad_fail_memory(error);
  dryad_status status = flood_apart(&flood, roots, ids, count, &others, &progress, error);
  uint32_t found = flood.found - others;
  const dryad_id *retained = flood.order + others;
  if (!status && out) {
    *out = dryad_alloc(graph->allocator, found, sizeof **out);
    if (!*out) status = dryad_fail_memory(error);
  }
  if (!status && out) {
    memcpy(*out, retained, found * sizeof **out);
    *out_count = found;
  }
  if (!status) *size = dryad_flood_size(&flood, others);
  dryad_flood_deinit(&flood);
  return status;
}

void dryad_retained_by_type(dryad_retained_row *rows, const dryad_graph *graph, const dryad_dominators *dominators,
                            dryad_ids ids)
{
  for (uint64_t i = 0; i < ids.count; i++) {
    dryad_id id = ids.ids[i];
    if (id >= graph->count) continue;
    dryad_retained_row *row = &rows[dryad_types(graph)[id]];
    row->count++;
    row->size = dryad_add_sizes(row->size, dryad_size(graph, id));
    row->retained = dryad_add_sizes(row->retained, dryad_dominators_retained(dominators, id));
  }
}
