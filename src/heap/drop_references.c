/* SPDX-License-Identifier: MIT */
#include "heap/drop_references.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "heap/graph_copy.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 18 };

typedef struct choice {
  const dryad_graph *graph;
  dryad_choose_refs choose;
  void *context;
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
  dryad_id id;      /* DRYAD_NONE: none yet */
  uint64_t at;      /* the next reference */
  uint64_t kept;    /* how many of those before it are kept */
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
