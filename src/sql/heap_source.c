/* SPDX-License-Identifier: MIT */
#include "sql/heap_source.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

dryad_heap_source *dryad_heap_source_new(const dryad_allocator *allocator, dryad_heap *heap, dryad_sql_work *work)
{
  dryad_heap_source *source = dryad_calloc(allocator, 1, sizeof *source);
  if (!source) return NULL;
  source->allocator = allocator;
  source->references = 1;
  source->heap = heap;
  source->work = work;
  source->coming.allocator = allocator;
  return source;
}

dryad_heap_source *dryad_heap_source_retain(dryad_heap_source *source)
{
  DRYAD_ASSERT(source->references > 0);
  source->references++;
  return source;
}

static void drop_answers(dryad_heap_source *source)
{
  dryad_ref_positions_deinit(&source->ref_positions);
  if (source->unreferenced)
    dryad_free(dryad_heap_graph(source->heap)->allocator, source->unreferenced, source->unreferenced_count,
               sizeof *source->unreferenced);
  dryad_way_forest_deinit(&source->forest);
  source->ways_found = 0;
  source->unreferenced = NULL;
  source->unreferenced_count = 0;
  source->knows_types = false;
}

void dryad_heap_source_forget(dryad_heap_source *source)
{
  if (!source->heap) return;
  dryad_heap_source_drop_collected(source);
  drop_answers(source);
  source->heap = NULL;
  source->work = NULL;
}

void dryad_heap_source_release(dryad_heap_source *source)
{
  DRYAD_ASSERT(source->references > 0);
  if (--source->references) return;
  dryad_heap_source_forget(source);
  dryad_free(source->allocator, source, 1, sizeof *source);
}

/* ---- what is known of the graph ---- */

static void catch_up(dryad_heap_source *source)
{
  uint64_t version = dryad_heap_revision(source->heap);
  if (version != source->version) drop_answers(source);
  source->version = version;
}

const dryad_known_types *dryad_heap_source_known(dryad_heap_source *source)
{
  catch_up(source);
  if (!source->knows_types) dryad_known_types_init(&source->known, dryad_heap_graph(source->heap));
  source->knows_types = true;
  return &source->known;
}

dryad_ref_positions *dryad_heap_source_ref_positions(dryad_heap_source *source)
{
  catch_up(source);
  if (!source->ref_positions.graph) dryad_ref_positions_init(&source->ref_positions, dryad_heap_graph(source->heap));
  return &source->ref_positions;
}

/* So many ways are found one by one, which takes no memory. */
enum { FEW_WAYS = 1000 };

dryad_status dryad_heap_source_forest(dryad_heap_source *source, const dryad_levels *levels,
                                      const dryad_way_forest **out, dryad_error *error)
{
  const dryad_known_types *known = dryad_heap_source_known(source);
  dryad_status status = DRYAD_OK;
  *out = NULL;
  if (source->ways_found++ < FEW_WAYS) return DRYAD_OK;
  source->ways_found = FEW_WAYS;
  if (!source->forest.steps)
    status = dryad_way_forest_init(&source->forest, dryad_heap_graph(source->heap), known, levels,
                                   source->work->progress, error);
  if (!status) *out = &source->forest;
  return status;
}

dryad_status dryad_heap_source_unreferenced(dryad_heap_source *source, dryad_ids *out, dryad_error *error)
{
  catch_up(source);
  dryad_status status = DRYAD_OK;
  if (!source->unreferenced)
    status = dryad_heap_unreferenced(source->heap, &source->unreferenced, &source->unreferenced_count, error);
  *out = (dryad_ids){source->unreferenced, source->unreferenced_count};
  return status;
}

/* ---- changes ---- */

dryad_change *dryad_heap_source_collect(dryad_heap_source *source, int kind)
{
  DRYAD_ASSERT(kind >= 0 && kind < DRYAD_COLLECTED_KINDS);
  static const dryad_change_kind kinds[] = {DRYAD_CHANGE_EDIT, DRYAD_CHANGE_PIN, DRYAD_CHANGE_MARK};
  if (source->collected[kind]) return source->collected[kind];
  if (kind == DRYAD_COLLECTED_EDIT) dryad_key_table_deinit(&source->coming);
  return source->collected[kind] = dryad_change_new(source->allocator, kinds[kind]);
}

void dryad_heap_source_drop_collected(dryad_heap_source *source)
{
  for (int kind = 0; kind < DRYAD_COLLECTED_KINDS; kind++) {
    dryad_change_free(source->collected[kind]);
    source->collected[kind] = NULL;
  }
  dryad_key_table_deinit(&source->coming);
}

dryad_status dryad_sql_ask(dryad_sql_work *work)
{
  dryad_status status = dryad_progress_tell(&work->progress, "querying", 0, 0);
  return status ? dryad_fail_cancelled(&work->error) : DRYAD_OK;
}

int dryad_sql_failed(dryad_sql_work *work, dryad_status status)
{
  work->status = status;
  if (status == DRYAD_CANCELLED) return SQLITE_INTERRUPT;
  return status == DRYAD_NO_MEMORY ? SQLITE_NOMEM : SQLITE_ERROR;
}
