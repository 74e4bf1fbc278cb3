/* SPDX-License-Identifier: MIT */
#include "analysis/retained_groups.h"

#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

typedef struct finding {
  dryad_class_groups groups;
  dryad_bits dominating; /* by id: one of several objects that are asked about; no bits if there is just one */
  dryad_progress progress;
  uint64_t looked, total; /* objects */
  uint32_t place;         /* among the dominators' children: of those looked at last */
} finding;

static dryad_status tell(finding *f, dryad_error *error)
{
  if (f->looked++ % OBJECTS_BETWEEN_TELLING ||
      !dryad_progress_tell(&f->progress, "grouping by class", f->looked, f->total))
    return DRYAD_OK;
  return dryad_fail_cancelled(error);
}

static dryad_status add_all(finding *f, dryad_ids children, dryad_error *error)
{
  dryad_status status = tell(f, error);
  for (uint64_t i = 0; i < children.count && !status; i++) {
    const dryad_id child = children.ids[i];
    if (f->dominating.words && dryad_bits_get(&f->dominating, child)) continue;
    status = dryad_class_groups_add(&f->groups, dryad_class_number(f->groups.classes, child), child, error);
    if (!status) status = tell(f, error);
  }
  return status;
}

static dryad_status add_children(finding *f, dryad_id of, dryad_error *error)
{
  return add_all(f, dryad_dominators_children_near(f->groups.dominators, of, &f->place), error);
}

/* An object may occur several times among those that are asked about. */
static dryad_status add_children_of_all(finding *f, dryad_ids of, dryad_error *error)
{
  const dryad_graph *graph = f->groups.graph;
  dryad_bits done = {0};
  dryad_status status = DRYAD_OK;
  if (!dryad_bits_init(&f->dominating, graph->allocator, graph->count) ||
      !dryad_bits_init(&done, graph->allocator, graph->count))
    status = dryad_fail_memory(error);
  for (uint64_t i = 0; i < of.count && !status; i++)
    if (of.ids[i] < graph->count) dryad_bits_set(&f->dominating, of.ids[i]);
  for (uint64_t i = 0; i < of.count && !status; i++)
    if (of.ids[i] < graph->count && dryad_bits_add(&done, of.ids[i])) status = add_children(f, of.ids[i], error);
  dryad_bits_deinit(&done);
  return status;
}

/* `of`: NULL for what no single object dominates. */
static dryad_status look(finding *f, const dryad_ids *of, dryad_error *error)
{
  if (!of) return add_all(f, dryad_dominators_children(f->groups.dominators, DRYAD_NONE), error);
  if (of->count > 1) return add_children_of_all(f, *of, error);
  if (of->count == 0 || of->ids[0] >= f->groups.graph->count) return DRYAD_OK;
  return add_children(f, of->ids[0], error);
}

/* Moves what was found to *out. */
static dryad_status finish(finding *f, dryad_retained_groups *out, dryad_error *error)
{
  dryad_status status = dryad_class_groups_sort(&f->groups, error);
  if (status) return status;
  out->ids = dryad_alloc(out->allocator, f->groups.member_count, sizeof *out->ids);
  if (!out->ids) return dryad_fail_memory(error);
  dryad_class_groups_ids(&f->groups, f->groups.group_count, out->ids);
  out->id_count = f->groups.member_count;
  out->groups = f->groups.groups;
  out->count = f->groups.group_count;
  f->groups.groups = (dryad_column){0};
  return DRYAD_OK;
}

dryad_status dryad_retained_groups_find(dryad_retained_groups *out, const dryad_graph *graph,
                                        const dryad_classes *classes, const dryad_dominators *dominators,
                                        const dryad_ids *of, dryad_progress progress, dryad_error *error)
{
  finding f = {.progress = progress};
  *out = (dryad_retained_groups){.allocator = graph->allocator};
  dryad_status status = dryad_class_groups_init(&f.groups, graph, classes, dominators, error);
  f.total = dominators->reachable_count + (of ? of->count : 1);
  if (!status) status = look(&f, of, error);
  if (!status) status = finish(&f, out, error);
  dryad_class_groups_deinit(&f.groups);
  dryad_bits_deinit(&f.dominating);
  return status;
}

void dryad_retained_groups_deinit(dryad_retained_groups *groups)
{
  if (groups->allocator) {
    dryad_column_free(&groups->groups, groups->allocator, sizeof(dryad_class_group));
    dryad_free(groups->allocator, groups->ids, groups->id_count, sizeof *groups->ids);
  }
  *groups = (dryad_retained_groups){0};
}
