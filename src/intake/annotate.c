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

static bool is_part(const dryad_record_places *places, dryad_id raw)
{
  return places->plan && dryad_collapse_goes(places->plan, raw);
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
    if (!dryad_annotations_add_root(builder, final_id(places, raw), is_part(places, raw), root->reason)) return false;
  }
  return true;
}

static bool add_native(dryad_annotations_builder *builder, const dryad_record_places *places, const dryad_bits *native)
{
  for (uint64_t word = 0; word < (native->count + 63) / 64; word++) {
    for (uint64_t bits = native->words[word]; bits; bits &= bits - 1) {
      dryad_id raw = (dryad_id)(word * 64 + (unsigned)__builtin_ctzll(bits));
      if (!dryad_annotations_add_root(builder, final_id(places, raw), is_part(places, raw), DRYAD_ROOT_NATIVE))
        return false;
    }
  }
  return true;
}

static dryad_status add_annotations(dryad_graph *graph, const dryad_record_places *places, const dryad_bits *native,
                                    dryad_error *error)
{
  dryad_annotations_builder builder;
  uint64_t names = 0;
  for (uint32_t b = 0; b < places->batch_count; b++) names += places->batches[b].named_ref_count;
  dryad_annotations_builder_init(&builder, graph->allocator);
  builder.has_roots = native != NULL;
  bool ok = dryad_annotations_expect(&builder, names);
  for (uint32_t b = 0; b < places->batch_count && ok; b++)
    ok = add_names(&builder, graph, places, b) && (!native || add_roots(&builder, places, b));
  if (ok && native) ok = add_native(&builder, places, native);
  dryad_status status = ok ? dryad_annotations_finish(&graph->annotations, &builder, error) : dryad_fail_memory(error);
  dryad_annotations_builder_deinit(&builder);
  return status;
}

/* An object that is folded into another loses its own. */
static bool add_details(dryad_details_builder *builder, const dryad_record_places *places, dryad_detail_kind kind)
{
  uint64_t count = 0;
  for (uint32_t b = 0; b < places->batch_count; b++) count += places->batches[b].detail_counts[kind];
  if (!dryad_details_expect(builder, kind, count)) return false;
  for (uint32_t b = 0; b < places->batch_count; b++) {
    const uint64_t *details = places->batches[b].details[kind].data;
    for (uint64_t i = 0; i < places->batches[b].detail_counts[kind]; i++) {
      dryad_id raw = raw_id(places, b, details[i] >> 32);
      if (raw == DRYAD_NONE || is_part(places, raw)) continue;
      dryad_details_add(builder, kind, final_id(places, raw), (uint32_t)details[i]);
    }
  }
  return true;
}

static void note_counted(dryad_bits *counted, const dryad_record_places *places)
{
  for (uint32_t b = 0; b < places->batch_count; b++) {
    const uint64_t *counts = places->batches[b].details[DRYAD_DETAIL_REFCOUNT].data;
    for (uint64_t i = 0; i < places->batches[b].detail_counts[DRYAD_DETAIL_REFCOUNT]; i++) {
      dryad_id raw = raw_id(places, b, counts[i] >> 32);
      if (raw != DRYAD_NONE) dryad_bits_set(counted, raw);
    }
  }
}

/* Drops the reference counts of objects that took over a part without one. */
static bool drop_counts(dryad_details_builder *builder, const dryad_record_places *places)
{
  const dryad_collapse *plan = places->plan;
  dryad_bits counted = {0}, uncounted = {0};
  if (!plan || builder->kinds[DRYAD_DETAIL_REFCOUNT].count == 0) return true;
  bool ok = dryad_bits_init(&counted, builder->allocator, plan->count) &&
            dryad_bits_init(&uncounted, builder->allocator, builder->objects);
  if (ok) {
    note_counted(&counted, places);
    for (dryad_id raw = 0; raw < plan->count; raw++)
      if (is_part(places, raw) && !dryad_bits_get(&counted, raw)) dryad_bits_set(&uncounted, final_id(places, raw));
    dryad_details_drop(builder, DRYAD_DETAIL_REFCOUNT, &uncounted);
  }
  dryad_bits_deinit(&counted);
  dryad_bits_deinit(&uncounted);
  return ok;
}

static dryad_status add_all_details(dryad_graph *graph, const dryad_record_places *places, dryad_error *error)
{
  dryad_details_builder builder;
  bool ok = true;
  dryad_details_builder_init(&builder, graph->allocator, graph->count);
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && ok; kind++) ok = add_details(&builder, places, kind);
  ok = ok && drop_counts(&builder, places);
  dryad_status status = ok ? dryad_details_finish(&graph->details, &builder, error) : dryad_fail_memory(error);
  dryad_details_builder_deinit(&builder);
  return status;
}

dryad_status dryad_annotate(dryad_graph *graph, const dryad_record_places *places, const dryad_bits *native,
                            dryad_error *error)
{
  dryad_status status = add_annotations(graph, places, native, error);
  return status ? status : add_all_details(graph, places, error);
}
