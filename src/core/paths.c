#include "core/paths.h"

#include "core/error.h"
#include "core/flood.h"
#include "core/graph.h"
#include "core/progress.h"

static const char stage[] = "finding paths";

void dryad_path_deinit(dryad_path *path)
{
  if (path->ids) dryad_free(path->allocator, path->ids, path->count, sizeof *path->ids);
  *path = (dryad_path){0};
}

dryad_status dryad_path_follow(dryad_path *out, const dryad_graph *graph, const dryad_id *next, dryad_id end,
                               dryad_error *error)
{
  uint64_t count = 1;
  for (dryad_id id = end; next[id] != id; id = next[id]) count++;
  dryad_id *ids = dryad_alloc(graph->allocator, count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  *out = (dryad_path){graph->allocator, count, ids};
  for (dryad_id id = end; count-- > 0; id = next[id]) *ids++ = id;
  return DRYAD_OK;
}

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

/* The first of `targets` that is found, step by step; DRYAD_NONE: none. */
static dryad_status meet(dryad_flood *flood, const dryad_bits *targets, dryad_id *met, const dryad_progress *progress,
                         dryad_error *error)
{
  uint32_t looked = 0, told = 0;
  *met = DRYAD_NONE;
  do {
    for (; looked < flood->found; looked++) {
      if (!dryad_bits_get(targets, flood->order[looked])) continue;
      *met = flood->order[looked];
      return DRYAD_OK;
    }
    if (looked - told >= OBJECTS_BETWEEN_TELLING) {
      told = looked;
      if (dryad_progress_tell(progress, stage, looked, flood->graph->count)) return dryad_fail_cancelled(error);
    }
  } while (dryad_flood_step(flood));
  return DRYAD_OK;
}

void dryad_path_turn(dryad_path *path)
{
  for (uint64_t i = 0; i < path->count / 2; i++) {
    dryad_id id = path->ids[i];
    path->ids[i] = path->ids[path->count - 1 - i];
    path->ids[path->count - 1 - i] = id;
  }
}

dryad_status dryad_path_find(dryad_path *out, const dryad_graph *graph, dryad_ids from, dryad_ids to, bool reversed,
                             dryad_progress progress, dryad_error *error)
{
  dryad_flood flood;
  dryad_bits targets;
  dryad_id met = DRYAD_NONE;
  *out = (dryad_path){0};
  if (!dryad_flood_init(&flood, graph, reversed)) return dryad_fail_memory(error);
  flood.parents = dryad_alloc(graph->allocator, graph->count, sizeof *flood.parents);
  bool ok = dryad_bits_init(&targets, graph->allocator, graph->count) && flood.parents;
  dryad_status status = ok ? DRYAD_OK : dryad_fail_memory(error);
  if (ok) {
    for (uint64_t i = 0; i < to.count; i++)
      if (to.ids[i] < graph->count) dryad_bits_set(&targets, to.ids[i]);
    for (uint64_t i = 0; i < from.count; i++) dryad_flood_add(&flood, from.ids[i]);
    status = meet(&flood, &targets, &met, &progress, error);
  }
  if (!status && met != DRYAD_NONE) status = dryad_path_follow(out, graph, flood.parents, met, error);
  dryad_path_turn(out);
  dryad_free(graph->allocator, flood.parents, graph->count, sizeof *flood.parents);
  dryad_bits_deinit(&targets);
  dryad_flood_deinit(&flood);
  return status;
}
