/* SPDX-License-Identifier: MIT */
#include "analysis/merged_paths.h"

#include <string.h>
#include <xxhash.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };
/* How far back a step is compared with those before it. */
enum { MOST_STEPS_BACK = 3 };
enum { LABEL_BYTES = 256 };

typedef struct merging {
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_levels *levels;
  bool join_keys;
  dryad_ways ways;
  dryad_bits members;
  /* By place in the forest. */
  uint32_t *counts;  /* members that it is or leads to */
  uint64_t *sizes;   /* bytes of these */
  uint32_t *numbers; /* its node; DRYAD_NONE: none */
  dryad_key_table keys;
  uint32_t starts[DRYAD_START_NONE + 1]; /* of each kind, those that lead to members */
  dryad_merged_paths *out;
} merging;

static void merging_deinit(merging *m)
{
  const dryad_allocator *allocator = m->graph->allocator;
  uint64_t count = m->ways.count;
  dryad_free(allocator, m->counts, count, sizeof *m->counts);
  dryad_free(allocator, m->sizes, count, sizeof *m->sizes);
  dryad_free(allocator, m->numbers, count, sizeof *m->numbers);
  dryad_ways_deinit(&m->ways);
  dryad_bits_deinit(&m->members);
  dryad_key_table_deinit(&m->keys);
}

static bool merging_init(merging *m)
{
  const dryad_allocator *allocator = m->graph->allocator;
  uint64_t count = m->ways.count;
  m->counts = dryad_calloc(allocator, count, sizeof *m->counts);
  m->sizes = dryad_calloc(allocator, count, sizeof *m->sizes);
  m->numbers = dryad_alloc(allocator, count, sizeof *m->numbers);
  if (!m->counts || !m->sizes || !m->numbers || !dryad_bits_init(&m->members, allocator, m->graph->count)) return false;
  memset(m->numbers, 0xff, count * sizeof *m->numbers);
  return true;
}

static dryad_start_kind start_kind(const merging *m, dryad_id id)
{
  uint32_t place = dryad_levels_start(m->levels, id);
  return place == DRYAD_NONE ? DRYAD_START_NONE : m->levels->starts[place].kind;
}

/* Counts the members that each object is or leads to, from the farthest object back to the starts. */
static void count_members(merging *m, dryad_ids members)
{
  const dryad_way_node *nodes = m->ways.nodes;
  dryad_merged_paths *out = m->out;
  for (uint64_t i = 0; i < members.count; i++) {
    dryad_id id = members.ids[i];
    if (id >= m->graph->count || !dryad_bits_add(&m->members, id)) continue;
    out->count++;
    out->size = dryad_add_sizes(out->size, dryad_size(m->graph, id));
    out->unreached += m->levels->levels[id] == DRYAD_NONE;
  }
  for (uint32_t i = m->ways.count; i-- > 0;) {
    dryad_id id = nodes[i].id;
    if (dryad_bits_get(&m->members, id)) {
      m->counts[i]++;
      m->sizes[i] = dryad_add_sizes(m->sizes[i], dryad_size(m->graph, id));
    }
    uint32_t above = nodes[i].above;
    if (m->counts[i] == 0) continue;
    if (above == DRYAD_NONE) {
      m->starts[start_kind(m, id)]++;
      continue;
    }
    m->counts[above] += m->counts[i];
    m->sizes[above] = dryad_add_sizes(m->sizes[above], m->sizes[i]);
  }
}

/* ---- nodes --------------------------------------------------------------------------------------- */

static dryad_edge edge_to(const merging *m, uint32_t place)
{
  const dryad_way_node *node = &m->ways.nodes[place];
  return dryad_edge_of(m->graph, m->known, m->ways.nodes[node->above].id, node->position);
}

static bool is_same_label(const merging *m, const dryad_edge *a, const dryad_edge *b)
{
  return a->kind == b->kind && dryad_edges_compare(m->graph, m->known, a, b) == 0;
}

/* The node that the step to an object repeats; DRYAD_NONE: none. */
static uint32_t repeated(const merging *m, uint32_t place, const dryad_edge *edge)
{
  const dryad_way_node *nodes = m->ways.nodes;
  const uint32_t *types = dryad_types(m->graph);
  uint64_t class = dryad_edge_class(m->graph, edge);
  uint32_t back = nodes[place].above;
  for (int steps = 0; steps < MOST_STEPS_BACK && nodes[back].above != DRYAD_NONE; steps++, back = nodes[back].above) {
    if (types[nodes[back].id] != types[nodes[place].id]) continue;
    dryad_edge earlier = edge_to(m, back);
    if (dryad_edge_class(m->graph, &earlier) == class && is_same_label(m, &earlier, edge)) return m->numbers[back];
  }
  return DRYAD_NONE;
}

/* Whether one of the objects before it belongs to the same node, which counts it already. */
static bool is_counted(const merging *m, uint32_t place, uint32_t number)
{
  uint32_t back = m->ways.nodes[place].above;
  for (int steps = 0; steps < MOST_STEPS_BACK && back != DRYAD_NONE; steps++, back = m->ways.nodes[back].above)
    if (m->numbers[back] == number) return true;
  return false;
}

/* What edges of one node have in common; a text key of a small dict is a name. */
static uint64_t class_of(const merging *m, uint32_t place, const dryad_edge *edge)
{
  uint64_t class = dryad_edge_class(m->graph, edge);
  dryad_id id = m->ways.nodes[m->ways.nodes[place].above].id;
  if (edge->kind != DRYAD_EDGE_KEY || m->join_keys || dryad_children(m->graph, id).count > 2 * DRYAD_MOST_KEYS_APART)
    return class;
  if (edge->key >= m->graph->count || dryad_graph_value(m->graph, edge->key).kind != DRYAD_VALUE_TEXT) return class;
  char label[LABEL_BYTES];
  dryad_writer w = {.buffer = label, .capacity = sizeof label};
  dryad_edge_write(&w, m->graph, m->known, edge);
  return class | XXH3_64bits(label, w.written) >> 8;
}

static bool is_alone(const merging *m, dryad_id id)
{
  dryad_start_kind kind = start_kind(m, id);
  return kind == DRYAD_START_MODULE || m->starts[kind] <= DRYAD_MOST_STARTS_ALONE;
}

static void add_to(merging *m, uint32_t place, uint32_t number, const dryad_edge *edge, bool is_new)
{
  dryad_id id = m->ways.nodes[place].id;
  uint32_t above = m->ways.nodes[place].above;
  dryad_merged_node *node = &((dryad_merged_node *)m->out->nodes.data)[number];
  node->objects++;
  if (!is_new && node->same_label && above != DRYAD_NONE) node->same_label = is_same_label(m, &node->edge, edge);
  if (is_counted(m, place, number)) {
    node->repeats = true;
  } else {
    node->count += m->counts[place];
    node->size = dryad_add_sizes(node->size, m->sizes[place]);
  }
  m->numbers[place] = number;
  if (!dryad_bits_get(&m->members, id)) return;
  node->here++;
  /* The objects that one object leads to come one after another. */
  if (above == DRYAD_NONE || m->ways.nodes[above].id == node->latest) return;
  node->latest = m->ways.nodes[above].id;
  if (node->holders++ == 0) node->holder = node->latest;
}

static bool place_at(merging *m, uint32_t place)
{
  dryad_merged_paths *out = m->out;
  const dryad_way_node *nodes = m->ways.nodes;
  bool is_start = nodes[place].above == DRYAD_NONE;
  uint32_t above = is_start ? DRYAD_NONE : m->numbers[nodes[place].above], number;
  if (!is_start && above == DRYAD_NONE) return true; /* too deep */
  dryad_edge edge = is_start ? (dryad_edge){.kind = DRYAD_EDGE_REF} : edge_to(m, place);
  number = is_start ? DRYAD_NONE : repeated(m, place, &edge);
  if (number != DRYAD_NONE) {
    add_to(m, place, number, &edge, false);
    return true;
  }
  uint32_t depth = is_start ? 1 : ((const dryad_merged_node *)out->nodes.data)[above].depth + 1;
  if (depth > DRYAD_DEEPEST_MERGED_NODE) return true;
  bool alone = is_start && is_alone(m, nodes[place].id);
  dryad_key key = {{is_start ? 0 : class_of(m, place, &edge), (uint64_t)above << 1 | alone,
                    alone ? nodes[place].id : dryad_types(m->graph)[nodes[place].id]}};
  if (!dryad_key_table_number(&m->keys, key, &number)) return false;
  if (!dryad_column_reserve(&out->nodes, out->allocator, m->keys.count, sizeof(dryad_merged_node))) return false;
  bool is_new = number == out->node_count;
  if (is_new) {
    ((dryad_merged_node *)out->nodes.data)[number] = (dryad_merged_node){.above = above,
                                                                         .object = nodes[place].id,
                                                                         .edge = edge,
                                                                         .same_label = true,
                                                                         .depth = depth,
                                                                         .holder = DRYAD_NONE,
                                                                         .latest = DRYAD_NONE};
    out->node_count++;
  }
  add_to(m, place, number, &edge, is_new);
  return true;
}

/* Makes the tree, but for what would be beyond `most_nodes`. */
static dryad_status make_nodes(merging *m, uint32_t most_nodes, const dryad_progress *progress, dryad_error *error)
{
  for (uint32_t i = 0; i < m->ways.count && m->out->node_count <= most_nodes; i++) {
    if (i % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "merging paths", i, m->ways.count))
      return dryad_fail_cancelled(error);
    if (m->counts[i] > 0 && !place_at(m, i)) return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

static dryad_status merge(merging *m, dryad_ids members, uint32_t most_apart, const dryad_progress *progress,
                          dryad_error *error)
{
  if (!merging_init(m)) return dryad_fail_memory(error);
  count_members(m, members);
  dryad_status status = make_nodes(m, most_apart, progress, error);
  if (status || m->out->node_count <= most_apart) return status;
  m->join_keys = true;
  m->out->node_count = 0;
  dryad_key_table_deinit(&m->keys);
  memset(m->numbers, 0xff, m->ways.count * sizeof *m->numbers);
  return make_nodes(m, DRYAD_NONE, progress, error);
}

dryad_status dryad_merged_paths_find(dryad_merged_paths *out, const dryad_graph *graph, const dryad_known_types *known,
                                     const dryad_levels *levels, dryad_ids members, uint32_t most_apart,
                                     dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && known && levels);
  merging m = {.graph = graph, .known = known, .levels = levels, .keys = {.allocator = graph->allocator}, .out = out};
  *out = (dryad_merged_paths){.allocator = graph->allocator};
  dryad_status status = dryad_ways_find(&m.ways, graph, known, levels, members, progress, error);
  if (!status) status = merge(&m, members, most_apart, &progress, error);
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
