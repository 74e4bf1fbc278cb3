/* SPDX-License-Identifier: MIT */
#include "analysis/retained_tree.h"

#include <string.h>

#include "analysis/dominator_walk.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

typedef struct node {
  dryad_retained_node node;          /* `parent`: among the growing nodes */
  uint32_t first_child, child_count; /* among the growing nodes */
  uint32_t depth;                    /* from 1 */
  uint32_t place;                    /* in the result */
  uint64_t first_id;                 /* of those of its objects that the parent's dominate: node.count of them */
} node;

typedef struct growing {
  dryad_class_groups groups; /* of the children of a node */
  dryad_dominator_tree tree;
  dryad_progress progress;
  uint64_t least, looked;
  uint32_t most;
  dryad_column nodes; /* node[node_count] */
  uint32_t node_count;
  dryad_column ids; /* dryad_id[id_count]: of groups */
  uint64_t id_count;
  dryad_column members; /* dryad_id[member_count]: all objects of the group that is looked at */
  uint64_t member_count;
  dryad_column waiting; /* uint32_t[waiting_count]: groups to be looked at; a heap, with what retains most on top */
  uint32_t waiting_count;
} growing;

static node *node_at(const growing *g, uint32_t place) { return &((node *)g->nodes.data)[place]; }

static const dryad_allocator *allocator_of(const growing *g) { return g->groups.graph->allocator; }

/* ---- the groups that wait ----------------------------------------------------------------------- */

/* Of groups that retain equally much, the one that was found first. */
static bool is_before(const growing *g, uint32_t a, uint32_t b)
{
  const uint64_t left = node_at(g, a)->node.retained, right = node_at(g, b)->node.retained;
  return left != right ? left > right : a < b;
}

static bool wait(growing *g, uint32_t group)
{
  if (!dryad_column_reserve(&g->waiting, allocator_of(g), (uint64_t)g->waiting_count + 1, sizeof group)) return false;
  uint32_t *heap = g->waiting.data, place = g->waiting_count++;
  for (; place > 0 && is_before(g, group, heap[(place - 1) / 2]); place = (place - 1) / 2)
    heap[place] = heap[(place - 1) / 2];
  heap[place] = group;
  return true;
}

static uint32_t take_largest(growing *g)
{
  uint32_t *heap = g->waiting.data, place = 0, child;
  const uint32_t taken = heap[0], last = heap[--g->waiting_count];
  for (; (child = 2 * place + 1) < g->waiting_count; place = child) {
    if (child + 1 < g->waiting_count && is_before(g, heap[child + 1], heap[child])) child++;
    if (!is_before(g, heap[child], last)) break;
    heap[place] = heap[child];
  }
  heap[place] = last;
  return taken;
}

/* ---- the children of a group -------------------------------------------------------------------- */

static dryad_status tell(growing *g, dryad_error *error)
{
  if (g->looked++ % OBJECTS_BETWEEN_TELLING ||
      !dryad_progress_tell(&g->progress, "grouping by class", g->looked, g->tree.dominators->reachable_count))
    return DRYAD_OK;
  return dryad_fail_cancelled(error);
}

static bool add_member(growing *g, dryad_id id)
{
  if (!dryad_column_reserve(&g->members, allocator_of(g), g->member_count + 1, sizeof id)) return false;
  ((dryad_id *)g->members.data)[g->member_count++] = id;
  return true;
}

/* Groups the children of an object by class, without those of the class `joining`, which become members. */
static dryad_status group_children(growing *g, dryad_id of, uint32_t joining, dryad_error *error)
{
  const dryad_ids children = dryad_dominator_tree_children(&g->tree, of);
  dryad_status status = DRYAD_OK;
  for (uint64_t i = 0; i < children.count && !status; i++) {
    const uint32_t class = dryad_class_number(g->groups.classes, children.ids[i]);
    if (class != joining)
      status = dryad_class_groups_add(&g->groups, class, children.ids[i], error);
    else if (!add_member(g, children.ids[i]))
      status = dryad_fail_memory(error);
    if (!status) status = tell(g, error);
  }
  return status;
}

/* Groups what the objects of a group dominate, and counts those that belong to the group themselves. */
static dryad_status group_below(growing *g, uint32_t place, dryad_error *error)
{
  dryad_retained_node *of = &node_at(g, place)->node;
  g->member_count = 0;
  if (!dryad_column_reserve(&g->members, allocator_of(g), of->count, sizeof(dryad_id))) return dryad_fail_memory(error);
  const uint32_t joining = dryad_class_groups_stand_apart(&g->groups, of->class) ? DRYAD_NONE : of->class;
  memcpy(g->members.data, (const dryad_id *)g->ids.data + node_at(g, place)->first_id, of->count * sizeof(dryad_id));
  g->member_count = of->count;
  dryad_status status = DRYAD_OK;
  for (uint64_t i = 0; i < g->member_count && !status; i++) {
    const dryad_id id = ((const dryad_id *)g->members.data)[i];
    if (i >= of->count) of->size = dryad_add_sizes(of->size, dryad_size(g->groups.graph, id));
    status = group_children(g, id, joining, error);
  }
  of->count = g->member_count;
  return status;
}

/* Where sums end, the parts may add up to more than the whole: none gets more than the others leave. */
static uint64_t take_from(uint64_t *left, uint64_t retained)
{
  const uint64_t taken = retained < *left ? retained : *left;
  *left -= taken;
  return taken;
}

/* Adds the first groups as nodes. */
static bool add_groups(growing *g, uint32_t count, uint32_t parent, uint64_t *left)
{
  const uint32_t depth = parent == DRYAD_NONE ? 1 : node_at(g, parent)->depth + 1;
  uint64_t objects = 0;
  for (uint32_t i = 0; i < count; i++) objects += dryad_class_group_at(&g->groups, i)->count;
  if (!dryad_column_reserve(&g->ids, allocator_of(g), g->id_count + objects, sizeof(dryad_id))) return false;
  if (objects > 0) dryad_class_groups_ids(&g->groups, count, (dryad_id *)g->ids.data + g->id_count);
  for (uint32_t i = 0; i < count; i++) {
    const dryad_class_group *group = dryad_class_group_at(&g->groups, i);
    *node_at(g, g->node_count) = (node){.node = {.parent = parent,
                                                 .class = group->class,
                                                 .largest = group->largest,
                                                 .count = group->count,
                                                 .size = group->size,
                                                 .retained = take_from(left, group->retained)},
                                        .depth = depth,
                                        .first_id = g->id_count + group->first};
    if (!wait(g, g->node_count++)) return false;
  }
  g->id_count += objects;
  return true;
}

/* Adds the groups from `first` on as one node. */
static void add_rest(growing *g, uint32_t first, uint32_t parent, uint64_t *left)
{
  const dryad_class_group *groups = g->groups.groups.data;
  const dryad_class_group rest = dryad_class_group_sum(groups + first, g->groups.group_count - first);
  *node_at(g, g->node_count++) = (node){.node = {.parent = parent,
                                                 .class = DRYAD_NONE,
                                                 .largest = DRYAD_NONE,
                                                 .count = rest.count,
                                                 .size = rest.size,
                                                 .retained = take_from(left, rest.retained)}};
}

/* `left`: the bytes that the children of the node can have at most. */
static dryad_status add_children(growing *g, uint32_t parent, uint64_t left, dryad_error *error)
{
  const uint32_t room = g->most - g->node_count, first = g->node_count;
  uint32_t kept = 0;
  if (room == 0 || g->groups.group_count == 0) return DRYAD_OK;
  dryad_status status = dryad_class_groups_sort(&g->groups, error);
  if (status) return status;
  while (kept < g->groups.group_count && dryad_class_group_at(&g->groups, kept)->retained >= g->least) kept++;
  const bool is_all = kept == g->groups.group_count && kept <= room;
  if (!is_all && kept >= room) kept = room - 1;
  if (!dryad_column_reserve(&g->nodes, allocator_of(g), (uint64_t)first + kept + 1, sizeof(node)) ||
      !add_groups(g, kept, parent, &left))
    return dryad_fail_memory(error);
  if (!is_all) add_rest(g, kept, parent, &left);
  if (parent == DRYAD_NONE) return DRYAD_OK;
  node_at(g, parent)->first_child = first;
  node_at(g, parent)->child_count = g->node_count - first;
  return DRYAD_OK;
}

/* ---- all of it ---------------------------------------------------------------------------------- */

/* Returns how many nodes there are at the top, which come first. */
static dryad_status grow(growing *g, uint32_t *top_count, dryad_error *error)
{
  dryad_status status = group_children(g, DRYAD_NONE, DRYAD_NONE, error);
  if (!status) status = add_children(g, DRYAD_NONE, g->tree.dominators->reachable_size, error);
  *top_count = g->node_count;
  while (g->waiting_count > 0 && !status) {
    const uint32_t largest = take_largest(g);
    dryad_class_groups_clear(&g->groups);
    status = group_below(g, largest, error);
    const node *of = node_at(g, largest);
    uint64_t left = of->node.retained;
    take_from(&left, of->node.size);
    if (!status && of->depth < DRYAD_RETAINED_TREE_DEPTH) status = add_children(g, largest, left, error);
  }
  return status;
}

/* Copies the nodes in the order of the result. */
static bool write(growing *g, uint32_t top_count, dryad_retained_tree *out)
{
  uint32_t *pending = dryad_alloc(out->allocator, g->node_count, sizeof *pending), pending_count = 0;
  out->nodes = dryad_alloc(out->allocator, g->node_count, sizeof *out->nodes);
  if (!out->nodes || !pending) {
    dryad_free(out->allocator, pending, g->node_count, sizeof *pending);
    dryad_free(out->allocator, out->nodes, g->node_count, sizeof *out->nodes);
    out->nodes = NULL;
    return false;
  }
  for (uint32_t i = top_count; i-- > 0;) pending[pending_count++] = i;
  while (pending_count > 0) {
    node *next = node_at(g, pending[--pending_count]);
    dryad_retained_node *written = &out->nodes[out->count];
    next->place = out->count++;
    *written = next->node;
    if (written->parent != DRYAD_NONE) written->parent = node_at(g, written->parent)->place;
    for (uint32_t i = next->child_count; i-- > 0;) pending[pending_count++] = next->first_child + i;
  }
  dryad_free(out->allocator, pending, g->node_count, sizeof *pending);
  DRYAD_ASSERT(out->count == g->node_count);
  return true;
}

dryad_status dryad_retained_tree_find(dryad_retained_tree *out, const dryad_graph *graph, const dryad_classes *classes,
                                      const dryad_dominators *dominators, uint64_t least, uint32_t most,
                                      dryad_progress progress, dryad_error *error)
{
  growing g = {.progress = progress, .least = least, .most = most};
  uint32_t top_count = 0;
  *out = (dryad_retained_tree){.allocator = graph->allocator};
  dryad_status status = dryad_class_groups_init(&g.groups, graph, classes, dominators, error);
  if (!status) status = dryad_dominator_tree_init(&g.tree, dominators, error);
  if (!status) status = grow(&g, &top_count, error);
  if (!status && !write(&g, top_count, out)) status = dryad_fail_memory(error);
  dryad_class_groups_deinit(&g.groups);
  dryad_dominator_tree_deinit(&g.tree);
  dryad_column_free(&g.nodes, graph->allocator, sizeof(node));
  dryad_column_free(&g.ids, graph->allocator, sizeof(dryad_id));
  dryad_column_free(&g.members, graph->allocator, sizeof(dryad_id));
  dryad_column_free(&g.waiting, graph->allocator, sizeof(uint32_t));
  return status;
}

void dryad_retained_tree_deinit(dryad_retained_tree *tree)
{
  if (tree->allocator) dryad_free(tree->allocator, tree->nodes, tree->count, sizeof *tree->nodes);
  *tree = (dryad_retained_tree){0};
}
