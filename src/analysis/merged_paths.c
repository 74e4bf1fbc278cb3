/* SPDX-License-Identifier: MIT */
#include "analysis/merged_paths.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "base/progress.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

typedef struct merging {
  const dryad_graph *graph;
  const dryad_known_types *known;
  uint64_t least;
  dryad_root_tree tree;
  dryad_bits members;
  uint32_t *counts;  /* by id: members that it is or leads to */
  uint64_t *sizes;   /* by id: bytes of these */
  uint32_t *numbers; /* by id: its node; DRYAD_NONE: not placed yet */
  dryad_key_table keys;
  dryad_merged_paths *out;
} merging;

static void merging_deinit(merging *m)
{
  const dryad_allocator *allocator = m->graph->allocator;
  uint64_t count = m->graph->count;
  dryad_root_tree_deinit(&m->tree);
  dryad_bits_deinit(&m->members);
  dryad_free(allocator, m->counts, count, sizeof *m->counts);
  dryad_free(allocator, m->sizes, count, sizeof *m->sizes);
  dryad_free(allocator, m->numbers, count, sizeof *m->numbers);
  dryad_key_table_deinit(&m->keys);
}

static bool merging_init(merging *m)
{
  const dryad_allocator *allocator = m->graph->allocator;
  uint64_t count = m->graph->count;
  m->counts = dryad_calloc(allocator, count, sizeof *m->counts);
  m->sizes = dryad_calloc(allocator, count, sizeof *m->sizes);
  m->numbers = dryad_alloc(allocator, count, sizeof *m->numbers);
  if (!m->counts || !m->sizes || !m->numbers || !dryad_bits_init(&m->members, allocator, count)) return false;
  memset(m->numbers, 0xff, count * sizeof *m->numbers);
  return true;
}

/* Counts the members that each object is or leads to, from the farthest object back to the roots. */
static dryad_status count_members(merging *m, dryad_ids members, const dryad_progress *progress, dryad_error *error)
{
  const dryad_root_tree *tree = &m->tree;
  dryad_merged_paths *out = m->out;
  for (uint64_t i = 0; i < members.count; i++) {
    dryad_id id = members.ids[i];
    if (id >= m->graph->count || !dryad_bits_add(&m->members, id)) continue;
    m->counts[id] = 1;
    m->sizes[id] = dryad_size(m->graph, id);
    out->count++;
    out->size = dryad_add_sizes(out->size, m->sizes[id]);
    out->unreached += tree->parents[id] == DRYAD_NONE;
  }
  for (uint32_t i = tree->reached; i-- > 0;) {
    if (i % OBJECTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "counting members", tree->reached - i, tree->reached))
      return dryad_fail_cancelled(error);
    dryad_id id = tree->order[i], parent = tree->parents[id];
    if (parent == id || m->counts[id] == 0) continue;
    m->counts[parent] += m->counts[id];
    m->sizes[parent] = dryad_add_sizes(m->sizes[parent], m->sizes[id]);
  }
  return DRYAD_OK;
}

static bool place(merging *m, dryad_id id, uint32_t above, const dryad_edge *edge)
{
  dryad_merged_paths *out = m->out;
  uint32_t type = dryad_types(m->graph)[id];
  bool is_start = above == DRYAD_NONE;
  bool is_root_type = dryad_type_root_reason(m->known, type) != DRYAD_ROOT_NONE;
  bool alone = m->counts[id] >= m->least || (is_start && is_root_type);
  dryad_key key = {{is_start ? 0 : dryad_edge_class(m->graph, edge), (uint64_t)above << 1 | alone, alone ? id : type}};
  uint32_t number;
  if (!dryad_key_table_number(&m->keys, key, &number)) return false;
  if (!dryad_column_reserve(&out->nodes, out->allocator, m->keys.count, sizeof(dryad_merged_node))) return false;
  dryad_merged_node *node = &((dryad_merged_node *)out->nodes.data)[number];
  if (number == out->node_count) {
    uint32_t depth = is_start ? 0 : ((const dryad_merged_node *)out->nodes.data)[above].depth;
    *node = (dryad_merged_node){.above = above, .object = id, .edge = *edge, .depth = depth + 1};
    out->node_count++;
  }
  node->objects++;
  node->count += m->counts[id];
  node->here += dryad_bits_get(&m->members, id);
  node->size = dryad_add_sizes(node->size, m->sizes[id]);
  m->numbers[id] = number;
  return true;
}

/* Places an object's successors in the tree: first by references that have a name, then by any. */
static bool place_below(merging *m, dryad_id id)
{
  dryad_ids children = dryad_children(m->graph, id);
  for (int round = 0; round < 2; round++) {
    for (uint64_t i = 0; i < children.count; i++) {
      dryad_id child = children.ids[i];
      if (child >= m->graph->count || m->tree.parents[child] != id || child == id) continue;
      if (m->counts[child] == 0 || m->numbers[child] != DRYAD_NONE) continue;
      dryad_edge edge = dryad_edge_of(m->graph, m->known, id, i);
      if (round == 0 && edge.kind == DRYAD_EDGE_REF) continue;
      if (!place(m, child, m->numbers[id], &edge)) return false;
    }
  }
  return true;
}

/* Whether anything below it needs a node. */
static bool leads_on(const merging *m, dryad_id id)
{
  uint32_t number = m->numbers[id];
  bool is_placed = number != DRYAD_NONE;
  if (!is_placed || m->counts[id] == (uint32_t)dryad_bits_get(&m->members, id)) return false;
  return ((const dryad_merged_node *)m->out->nodes.data)[number].depth < DRYAD_DEEPEST_MERGED_NODE;
}

static dryad_status merge(merging *m, const dryad_progress *progress, dryad_error *error)
{
  const dryad_root_tree *tree = &m->tree;
  const dryad_edge none = {.kind = DRYAD_EDGE_REF};
  for (uint32_t i = 0; i < tree->reached; i++) {
    dryad_id id = tree->order[i];
    if (i % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "merging paths", i, tree->reached))
      return dryad_fail_cancelled(error);
    if (m->counts[id] == 0) continue;
    if (tree->parents[id] == id && !place(m, id, DRYAD_NONE, &none)) return dryad_fail_memory(error);
    if (leads_on(m, id) && !place_below(m, id)) return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

dryad_status dryad_merged_paths_find(dryad_merged_paths *out, const dryad_graph *graph, const dryad_roots *roots,
                                     const dryad_known_types *known, dryad_ids members, uint64_t least,
                                     dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && roots && known);
  merging m = {.graph = graph, .known = known, .least = least, .keys = {.allocator = graph->allocator}, .out = out};
  *out = (dryad_merged_paths){.allocator = graph->allocator};
  dryad_status status = dryad_root_tree_init(&m.tree, graph, roots, progress, error);
  if (!status && !merging_init(&m)) status = dryad_fail_memory(error);
  if (!status) status = count_members(&m, members, &progress, error);
  if (!status) status = merge(&m, &progress, error);
  merging_deinit(&m);
  if (status) dryad_merged_paths_deinit(out);
  return status;
}

void dryad_merged_paths_deinit(dryad_merged_paths *nodes)
{
  if (!nodes->allocator) return;
  dryad_column_free(&nodes->nodes, nodes->allocator, sizeof(dryad_merged_node));
  *nodes = (dryad_merged_paths){0};
}
