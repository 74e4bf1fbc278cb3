/* SPDX-License-Identifier: MIT */
#include "heap/drop_references.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "graph/invert.h"
#include "intake/collapse.h"
#include "intake/layout.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 18 };

dryad_status dryad_graph_finish(dryad_graph **out, dryad_graph *graph, dryad_status status, dryad_error *error)
{
  DRYAD_ASSERT(out);
  if (!status) status = dryad_invert(graph, dryad_thread_count(0), NULL, error);
  if (status)
    dryad_graph_release(graph);
  else
    *out = graph;
  return status;
}

dryad_graph *dryad_graph_same_objects(const dryad_graph *graph)
{
  dryad_graph *copy = dryad_graph_new(graph->allocator, graph->store);
  if (!copy) return NULL;
  copy->count = graph->count;
  copy->missing = graph->missing;
  copy->total_size = graph->total_size;
  copy->addresses = dryad_array_retain(graph->addresses);
  copy->types = dryad_array_retain(graph->types);
  copy->sizes = dryad_array_retain(graph->sizes);
  copy->lens = dryad_array_retain(graph->lens);
  copy->labels = dryad_array_retain(graph->labels);
  return copy;
}

/* ---- fewer references -------------------------------------------------------------------------- */

typedef struct choice {
  const dryad_graph *graph;
  dryad_choose_refs choose;
  void *context;
  dryad_column keep; /* bool, one a child */
  dryad_progress progress;
} choice;

/* Which children of `id` stay; NULL: no memory. */
static const bool *kept(choice *c, dryad_id id, dryad_ids children)
{
  if (!dryad_column_reserve(&c->keep, c->graph->allocator, children.count + 1, sizeof(bool))) return NULL;
  bool *keep = c->keep.data;
  memset(keep, true, children.count * sizeof *keep);
  c->choose(c->context, c->graph, id, children, keep);
  return keep;
}

static dryad_status count_kept(choice *c, dryad_graph *graph, uint64_t *changed, dryad_error *error)
{
  uint64_t offset = 0;
  *changed = 0;
  if (!dryad_offsets_init(&graph->child_offsets, graph->allocator, graph->count)) return dryad_fail_memory(error);
  for (dryad_id id = 0; id < graph->count; id++) {
    if (id % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(&c->progress, "removing", id, graph->count))
      return dryad_fail_cancelled(error);
    dryad_ids children = dryad_children(c->graph, id);
    const bool *keep = kept(c, id, children);
    if (!keep || !dryad_offsets_set(&graph->child_offsets, graph->allocator, id, offset))
      return dryad_fail_memory(error);
    uint64_t count = 0;
    for (uint64_t i = 0; i < children.count; i++) count += keep[i];
    *changed += count < children.count;
    offset += count;
  }
  graph->ref_count = offset;
  if (!dryad_offsets_set(&graph->child_offsets, graph->allocator, graph->count, offset))
    return dryad_fail_memory(error);
  return DRYAD_OK;
}

static dryad_status copy_kept(choice *c, dryad_graph *graph, dryad_error *error)
{
  graph->children = dryad_array_new(graph->allocator, graph->ref_count, sizeof(dryad_id));
  if (!graph->children) return dryad_fail_memory(error);
  dryad_id *to = graph->children->data;
  for (dryad_id id = 0; id < graph->count; id++) {
    dryad_ids children = dryad_children(c->graph, id);
    const bool *keep = kept(c, id, children);
    if (!keep) return dryad_fail_memory(error);
    for (uint64_t i = 0; i < children.count; i++) {
      if (!keep[i]) continue;
      graph->dangling_refs += children.ids[i] >= graph->count;
      *to++ = children.ids[i];
    }
  }
  return DRYAD_OK;
}

/* Walks the references of an object while its names are asked for in order. */
typedef struct name_walk {
  choice *choice;
  dryad_id id;      /* DRYAD_NONE: none yet */
  uint64_t at;      /* the next reference to look at */
  uint64_t kept;    /* of those before it */
  const bool *keep; /* NULL: no memory */
} name_walk;

static bool move_name(void *context, dryad_id *id, uint64_t *position)
{
  name_walk *w = context;
  dryad_ids children = dryad_children(w->choice->graph, *id);
  if (*position >= children.count) return false;
  if (w->id != *id) {
    *w = (name_walk){w->choice, *id, 0, 0, w->keep ? kept(w->choice, *id, children) : NULL};
  }
  if (!w->keep) return false;
  for (; w->at < *position; w->at++) w->kept += w->keep[w->at];
  bool stays = w->keep[*position];
  *position = w->kept;
  return stays;
}

static dryad_id same_object(void *context, dryad_id id, bool *is_part)
{
  (void)context, (void)is_part;
  return id;
}

static dryad_status move_annotations(choice *c, dryad_graph *graph, dryad_error *error)
{
  static const bool no_object;
  name_walk walk = {c, DRYAD_NONE, 0, 0, &no_object};
  const dryad_annotations_move move = {&walk, move_name, same_object};
  dryad_status status =
      dryad_annotations_moved(&graph->annotations, c->graph->annotations, &move, graph->allocator, error);
  return walk.keep ? status : dryad_fail_memory(error);
}

dryad_status dryad_graph_with_refs(dryad_graph **out, const dryad_graph *graph, dryad_choose_refs choose, void *context,
                                   uint64_t *changed, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && choose && changed);
  choice c = {.graph = graph, .choose = choose, .context = context, .progress = progress};
  *out = NULL;
  dryad_graph *copy = dryad_graph_same_objects(graph);
  if (!copy) return dryad_fail_memory(error);
  dryad_status status = count_kept(&c, copy, changed, error);
  if (!status && *changed > 0) status = copy_kept(&c, copy, error);
  if (!status && *changed > 0) status = move_annotations(&c, copy, error);
  dryad_column_free(&c.keep, graph->allocator, sizeof(bool));
  if (!status && *changed == 0) {
    dryad_graph_release(copy);
    return DRYAD_OK;
  }
  return dryad_graph_finish(out, copy, status, error);
}

/* ---- collapsed --------------------------------------------------------------------------------- */

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
    const dryad_annotations_move move = {&f, move_folded_name, move_folded};
    status = dryad_annotations_moved(&copy->annotations, graph->annotations, &move, copy->allocator, error);
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
