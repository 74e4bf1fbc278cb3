/* SPDX-License-Identifier: MIT */
#include "heap/collapse_graph.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "heap/graph_copy.h"
#include "intake/collapse.h"
#include "intake/graph_layout.h"

static dryad_array *copy_array(const dryad_array *from, uint64_t count)
{
  dryad_array *copy = dryad_array_new(from->allocator, count, from->size);
  if (copy) memcpy(copy->data, from->data, count * from->size);
  return copy;
}

static dryad_status copy_columns(dryad_graph *copy, const dryad_graph *graph, dryad_array **ref_counts,
                                 dryad_error *error)
{
  copy->count = graph->count;
  copy->addresses = copy_array(graph->addresses, graph->count);
  copy->types = copy_array(graph->types, graph->count);
  copy->sizes = copy_array(graph->sizes, graph->count);
  copy->lens = copy_array(graph->lens, graph->count);
  copy->labels = copy_array(graph->labels, graph->count);
  *ref_counts = dryad_array_new(graph->allocator, graph->count, sizeof(uint32_t));
  if (!copy->addresses || !copy->types || !copy->sizes || !copy->lens || !copy->labels || !*ref_counts)
    return dryad_fail_memory(error);
  uint32_t *counts = (*ref_counts)->data;
  for (dryad_id id = 0; id < graph->count; id++) counts[id] = (uint32_t)dryad_children(graph, id).count;
  return DRYAD_OK;
}

static dryad_status plan_collapse(dryad_collapse *plan, const dryad_graph *graph, dryad_error *error)
{
  const uint32_t *types = dryad_types(graph);
  for (dryad_id id = 0; id < graph->count; id++) {
    dryad_ids children = dryad_children(graph, id);
    if (!dryad_collapse_may_own(plan, types[id], children.count)) continue;
    dryad_id ends[DRYAD_MOST_FOLDING_REFS];
    for (uint64_t i = 0; i < children.count; i++)
      ends[i] = children.ids[i] < graph->count ? children.ids[i] : DRYAD_NONE;
    dryad_status status = dryad_collapse_claim(plan, id, ends, children.count, error);
    if (status) return status;
  }
  dryad_collapse_settle(plan);
  return DRYAD_OK;
}

static void put_children(dryad_graph *copy, const dryad_graph *graph, const dryad_collapse *plan, const dryad_id *final)
{
  dryad_id *to = copy->children->data;
  for (dryad_id raw = 0; raw < graph->count; raw++) {
    dryad_ids children = dryad_children(graph, raw);
    bool is_owner = dryad_bits_get(&plan->has_part, raw);
    uint64_t part = DRYAD_NO_POSITION, place = dryad_offset(&copy->child_offsets, final[raw]);
    if (is_owner) {
      part = dryad_collapse_part_place(plan, raw, children.ids);
      place = dryad_offset(&copy->child_offsets, final[raw] + 1) - (children.count - 1);
    }
    for (uint64_t i = 0; i < children.count; i++) {
      dryad_id child = children.ids[i];
      if (i != part) to[place++] = child < graph->count ? final[child] : child - graph->count + copy->count;
    }
  }
}

static bool append_missing(dryad_graph *copy, const dryad_graph *graph)
{
  copy->missing = graph->missing;
  copy->dangling_refs = graph->dangling_refs;
  if (!dryad_array_resize(copy->addresses, (uint64_t)copy->count + copy->missing)) return false;
  memcpy((uint64_t *)copy->addresses->data + copy->count, dryad_addresses(graph) + graph->count,
         copy->missing * sizeof(uint64_t));
  return true;
}

/* A collapse of a finished graph. */
typedef struct folding {
  const dryad_graph *graph, *copy;
  const dryad_collapse *plan;
  const dryad_id *final;
} folding;

static bool move_folded_name(void *context, dryad_id *id, uint64_t *position)
{
  const folding *f = context;
  dryad_id raw = *id;
  dryad_ids children = dryad_children(f->graph, raw);
  if (*position >= children.count) return false;
  *id = f->final[raw];
  uint64_t all_count = dryad_children(f->copy, *id).count;
  return dryad_collapse_move_ref(f->plan, raw, children, all_count, position);
}

static dryad_id move_folded(void *context, dryad_id id, bool *is_part)
{
  const folding *f = context;
  *is_part = dryad_collapse_goes(f->plan, id);
  return f->final[id];
}

/* An object that takes over a part without a reference count cannot keep its own: see dryad_annotate. */
static dryad_status move_details(dryad_graph *copy, const folding *f, const dryad_annotations_move *move,
                                 dryad_error *error)
{
  const dryad_details *details = f->graph->details;
  dryad_bits uncounted;
  if (!dryad_bits_init(&uncounted, copy->allocator, copy->count)) return dryad_fail_memory(error);
  for (dryad_id raw = 0; raw < f->graph->count; raw++) {
    bool has_count = dryad_details_get(details, DRYAD_DETAIL_REFCOUNT, raw) != DRYAD_NONE;
    if (dryad_collapse_goes(f->plan, raw) && !has_count) dryad_bits_set(&uncounted, f->final[raw]);
  }
  dryad_status status =
      dryad_details_moved(&copy->details, details, move, &uncounted, copy->count, copy->allocator, error);
  dryad_bits_deinit(&uncounted);
  return status;
}

static dryad_status apply_collapse(dryad_graph *copy, const dryad_graph *graph, const dryad_collapse *plan,
                                   dryad_error *error)
{
  dryad_array *ref_counts = NULL;
  dryad_id *final = dryad_alloc(graph->allocator, graph->count, sizeof *final);
  dryad_status status = final ? copy_columns(copy, graph, &ref_counts, error) : dryad_fail_memory(error);
  if (!status) status = dryad_collapse_apply(plan, copy->types->data, copy->sizes->data, ref_counts->data, error);
  if (!status) status = dryad_graph_lay_out(copy, ref_counts->data, plan, dryad_thread_count(0), error);
  if (!status) status = dryad_graph_add_children(copy, error);
  if (!status && !append_missing(copy, graph)) status = dryad_fail_memory(error);
  if (!status) {
    dryad_collapse_number(plan, final);
    put_children(copy, graph, plan, final);
    folding f = {graph, copy, plan, final};
    const dryad_annotations_move move = {&f, move_folded_name, move_folded, NULL};
    status = dryad_annotations_moved(&copy->annotations, graph->annotations, &move, copy->allocator, error);
    if (!status) status = move_details(copy, &f, &move, error);
  }
  dryad_array_release(ref_counts);
  dryad_free(graph->allocator, final, graph->count, sizeof *final);
  return status;
}

dryad_status dryad_graph_collapsed(dryad_graph **out, const dryad_graph *graph, uint64_t *collapsed,
                                   dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && collapsed);
  dryad_collapse plan;
  dryad_graph *copy = NULL;
  *out = NULL;
  *collapsed = 0;
  if (dryad_progress_tell(&progress, "collapsing", 0, 2)) return dryad_fail_cancelled(error);
  dryad_status status = dryad_collapse_init(&plan, graph, error);
  if (status) return status;
  status = plan_collapse(&plan, graph, error);
  if (!status && dryad_progress_tell(&progress, "collapsing", 1, 2)) status = dryad_fail_cancelled(error);
  if (!status && plan.collapsed > 0) {
    copy = dryad_graph_new(graph->allocator, graph->store);
    status = copy ? apply_collapse(copy, graph, &plan, error) : dryad_fail_memory(error);
    if (!status) *collapsed = plan.collapsed;
  }
  dryad_collapse_deinit(&plan);
  return copy ? dryad_graph_finish(out, copy, status, error) : status;
}
