/* SPDX-License-Identifier: MIT */
#include "intake/annotate.h"

#include "base/error.h"

static dryad_id raw_id(const dryad_record_places *places, uint32_t batch, uint64_t record)
{
  return ((const dryad_id *)places->ids[batch].data)[record];
}

static dryad_id final_id(const dryad_record_places *places, dryad_id raw)
{
  return places->final ? places->final[raw] : raw;
}

static dryad_ids refs_of(const dryad_batch *batch, const dryad_named_ref *named)
{
  const dryad_id *ends = batch->refs.data;
  return (dryad_ids){ends + (named->ref - named->position), ((const uint32_t *)batch->ref_counts.data)[named->record]};
}

static bool add_names(dryad_annotations_builder *builder, const dryad_graph *graph, const dryad_record_places *places,
                      uint32_t b)
{
  const dryad_batch *batch = &places->batches[b];
  for (uint64_t i = 0; i < batch->named_ref_count; i++) {
    const dryad_named_ref *named = (const dryad_named_ref *)batch->named_refs.data + i;
    dryad_id raw = raw_id(places, b, named->record);
    if (raw == DRYAD_NONE) continue;
    dryad_id id = final_id(places, raw);
    uint64_t position = named->position, count = dryad_children(graph, id).count;
    if (places->plan && !dryad_collapse_move_ref(places->plan, raw, refs_of(batch, named), count, &position)) continue;
    if (!dryad_annotations_add_name(builder, id, position, named->name)) return false;
  }
  return true;
}

static bool add_roots(dryad_annotations_builder *builder, const dryad_record_places *places, uint32_t b)
{
  const dryad_batch *batch = &places->batches[b];
  for (uint64_t i = 0; i < batch->root_record_count; i++) {
    const dryad_root_record *root = (const dryad_root_record *)batch->root_records.data + i;
    dryad_id raw = raw_id(places, b, root->record);
    if (raw == DRYAD_NONE) continue;
    builder->has_roots = true;
    bool is_part = places->plan && dryad_collapse_goes(places->plan, raw);
    if (!dryad_annotations_add_root(builder, final_id(places, raw), is_part, root->reason)) return false;
  }
  return true;
}

dryad_status dryad_annotate(dryad_graph *graph, const dryad_record_places *places, dryad_error *error)
{
  dryad_annotations_builder builder;
  bool ok = true;
  dryad_annotations_builder_init(&builder, graph->allocator);
  for (uint32_t b = 0; b < places->batch_count && ok; b++)
    ok = add_names(&builder, graph, places, b) && add_roots(&builder, places, b);
  dryad_status status = ok ? dryad_annotations_finish(&graph->annotations, &builder, error) : dryad_fail_memory(error);
  dryad_annotations_builder_deinit(&builder);
  return status;
}
