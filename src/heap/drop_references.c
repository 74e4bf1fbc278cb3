/* SPDX-License-Identifier: MIT */
#include "heap/drop_references.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "heap/graph_copy.h"
#include "heap/kept_names.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 18 };

typedef struct choice {
  const dryad_graph *graph;
  dryad_choose_refs choose;
  void *context;
  bool keeps_names;
  dryad_known_types known;
  dryad_column keep; /* bool, one per child */
  dryad_progress progress;
} choice;

/* Which children of `id` to keep; NULL: no memory. */
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

/* Walks the references of an object in the order in which its names are requested. */
typedef struct name_walk {
  choice *choice;
  const dryad_graph *fewer; /* the new graph */
  dryad_id id;              /* DRYAD_NONE: none yet */
  uint64_t at;              /* the next reference */
  uint64_t kept;            /* how many of those before it are kept */
  const bool *keep;         /* NULL: no memory */
} name_walk;

static bool move_name(void *context, dryad_id *id, uint64_t *position)
{
  name_walk *w = context;
  dryad_ids children = dryad_children(w->choice->graph, *id);
  if (*position >= children.count) return false;
  if (w->id != *id) {
    *w = (name_walk){w->choice, w->fewer, *id, 0, 0, w->keep ? kept(w->choice, *id, children) : NULL};
  }
  if (!w->keep) return false;
  for (; w->at < *position; w->at++) w->kept += w->keep[w->at];
  bool stays = w->keep[*position];
  *position = w->kept;
  return stays;
}

/* Whether the object lost references. */
static bool is_changed(const choice *c, const dryad_graph *graph, dryad_id id)
{
  uint64_t kept = dryad_offset(&graph->child_offsets, id + 1) - dryad_offset(&graph->child_offsets, id);
  return kept < dryad_children(c->graph, id).count;
}

/* The length of a dict is the number of its keys. */
static dryad_status shorten(choice *c, dryad_graph *graph, dryad_error *error)
{
  for (dryad_id id = 0; id < graph->count; id++) {
    int64_t len;
    if (!is_changed(c, graph, id) || !dryad_graph_len(c->graph, id, &len)) continue;
    const bool *keep = kept(c, id, dryad_children(c->graph, id));
    if (!keep) return dryad_fail_memory(error);
    uint64_t lost = dryad_lost_pairs(c->graph, &c->known, id, keep);
    if (lost == 0) continue;
    if (graph->lens == c->graph->lens) {
      dryad_array *lens = dryad_array_new(graph->allocator, graph->count, sizeof(uint32_t));
      if (!lens) return dryad_fail_memory(error);
      if (graph->count > 0) memcpy(lens->data, graph->lens->data, graph->count * sizeof(uint32_t));
      dryad_array_release(graph->lens);
      graph->lens = lens;
    }
    dryad_status status =
        dryad_store_narrow(graph->store, (uint64_t)len - lost, (uint32_t *)graph->lens->data + id, error);
    if (status) return status;
  }
  return DRYAD_OK;
}

static dryad_id same_object(void *context, dryad_id id, bool *is_part)
{
  (void)context, (void)is_part;
  return id;
}

static dryad_status add_kept_names(void *context, dryad_annotations_builder *builder, dryad_error *error)
{
  name_walk *w = context;
  for (dryad_id id = 0; id < w->choice->graph->count; id++) {
    if (!is_changed(w->choice, w->fewer, id)) continue;
    const bool *keep = kept(w->choice, id, dryad_children(w->choice->graph, id));
    if (!keep) return dryad_fail_memory(error);
    dryad_status status = dryad_keep_names(builder, w->choice->graph, &w->choice->known, id, keep, error);
    if (status) return status;
  }
  return DRYAD_OK;
}

static dryad_status move_annotations(choice *c, dryad_graph *graph, dryad_error *error)
{
  static const bool no_object;
  name_walk walk = {c, graph, DRYAD_NONE, 0, 0, &no_object};
  const dryad_annotations_move move = {&walk, move_name, same_object, c->keeps_names ? add_kept_names : NULL};
  dryad_status status =
      dryad_annotations_moved(&graph->annotations, c->graph->annotations, &move, graph->allocator, error);
  return walk.keep ? status : dryad_fail_memory(error);
}

dryad_status dryad_graph_with_refs(dryad_graph **out, const dryad_graph *graph, dryad_choose_refs choose, void *context,
                                   bool keeps_names, uint64_t *changed, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && choose && changed);
  choice c = {.graph = graph, .choose = choose, .context = context, .keeps_names = keeps_names, .progress = progress};
  *out = NULL;
  dryad_known_types_init(&c.known, graph);
  dryad_graph *copy = dryad_graph_same_objects(graph);
  if (!copy) return dryad_fail_memory(error);
  dryad_status status = count_kept(&c, copy, changed, error);
  if (!status && *changed > 0) status = copy_kept(&c, copy, error);
  if (!status && *changed > 0 && keeps_names) status = shorten(&c, copy, error);
  if (!status && *changed > 0) status = move_annotations(&c, copy, error);
  dryad_column_free(&c.keep, graph->allocator, sizeof(bool));
  if (!status && *changed == 0) {
    dryad_graph_release(copy);
    return DRYAD_OK;
  }
  return dryad_graph_finish(out, copy, status, error);
}
