#include "core/branches.h"

#include <string.h>

#include "core/error.h"
#include "core/key_table.h"
#include "core/progress.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

typedef struct merging {
  const dryad_graph *graph;
  const dryad_known_types *known;
  uint64_t least;
  dryad_forest forest;
  dryad_bits members;
  uint32_t *counts;  /* by id: members it is or leads to */
  uint64_t *sizes;   /* by id: bytes of these */
  uint32_t *numbers; /* by id: its branch, DRYAD_NONE: not placed yet */
  dryad_key_table keys;
  dryad_branches *out;
} merging;

static void merging_deinit(merging *m)
{
  const dryad_allocator *allocator = m->graph->allocator;
  uint64_t count = m->graph->count;
  dryad_forest_deinit(&m->forest);
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

/* Members, and what leads to them, from the farthest object back to the roots. */
static dryad_status count_members(merging *m, dryad_ids members, const dryad_progress *progress, dryad_error *error)
{
  const dryad_forest *forest = &m->forest;
  dryad_branches *out = m->out;
  for (uint64_t i = 0; i < members.count; i++) {
    dryad_id id = members.ids[i];
    if (id >= m->graph->count || !dryad_bits_add(&m->members, id)) continue;
    m->counts[id] = 1;
    m->sizes[id] = dryad_size(m->graph, id);
    out->count++;
    out->size = dryad_add_sizes(out->size, m->sizes[id]);
    out->unreached += forest->parents[id] == DRYAD_NONE;
  }
  for (uint32_t i = forest->reached; i-- > 0;) {
    if (i % OBJECTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "counting members", forest->reached - i, forest->reached))
      return dryad_fail_cancelled(error);
    dryad_id id = forest->order[i], parent = forest->parents[id];
    if (parent == id || m->counts[id] == 0) continue;
    m->counts[parent] += m->counts[id];
    m->sizes[parent] = dryad_add_sizes(m->sizes[parent], m->sizes[id]);
  }
  return DRYAD_OK;
}

static bool place(merging *m, dryad_id id, uint32_t above, const dryad_edge *edge)
{
  dryad_branches *out = m->out;
  uint32_t type = dryad_types(m->graph)[id];
  bool is_start = above == DRYAD_NONE;
  bool alone = m->counts[id] >= m->least || (is_start && (type == m->known->module || type == m->known->frame));
  dryad_key key = {{is_start ? 0 : dryad_edge_class(m->graph, edge), (uint64_t)above << 1 | alone, alone ? id : type}};
  uint32_t number;
  if (!dryad_key_table_number(&m->keys, key, &number)) return false;
  if (!dryad_column_reserve(&out->branches, out->allocator, m->keys.count, sizeof(dryad_branch))) return false;
  dryad_branch *branch = &((dryad_branch *)out->branches.data)[number];
  if (number == out->branch_count) {
    uint32_t depth = is_start ? 0 : ((const dryad_branch *)out->branches.data)[above].depth;
    *branch = (dryad_branch){.above = above, .object = id, .edge = *edge, .depth = depth + 1};
    out->branch_count++;
  }
  branch->objects++;
  branch->count += m->counts[id];
  branch->here += dryad_bits_get(&m->members, id);
  branch->size = dryad_add_sizes(branch->size, m->sizes[id]);
  m->numbers[id] = number;
  return true;
}

/* Places what an object leads to in the forest: by references that are called something, then by any. */
static bool place_below(merging *m, dryad_id id)
{
  dryad_ids children = dryad_children(m->graph, id);
  for (int round = 0; round < 2; round++) {
    for (uint64_t i = 0; i < children.count; i++) {
      dryad_id child = children.ids[i];
      if (child >= m->graph->count || m->forest.parents[child] != id || child == id) continue;
      if (m->counts[child] == 0 || m->numbers[child] != DRYAD_NONE) continue;
      dryad_edge edge = dryad_edge_of(m->graph, m->known, id, i);
      if (round == 0 && edge.kind == DRYAD_EDGE_REF) continue;
      if (!place(m, child, m->numbers[id], &edge)) return false;
    }
  }
  return true;
}

/* Whether something below it is to be placed. */
static bool leads_on(const merging *m, dryad_id id)
{
  uint32_t number = m->numbers[id];
  bool is_placed = number != DRYAD_NONE;
  if (!is_placed || m->counts[id] == (uint32_t)dryad_bits_get(&m->members, id)) return false;
  return ((const dryad_branch *)m->out->branches.data)[number].depth < DRYAD_DEEPEST_BRANCH;
}

static dryad_status merge(merging *m, const dryad_progress *progress, dryad_error *error)
{
  const dryad_forest *forest = &m->forest;
  const dryad_edge none = {.kind = DRYAD_EDGE_REF};
  for (uint32_t i = 0; i < forest->reached; i++) {
    dryad_id id = forest->order[i];
    if (i % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "merging paths", i, forest->reached))
      return dryad_fail_cancelled(error);
    if (m->counts[id] == 0) continue;
    if (forest->parents[id] == id && !place(m, id, DRYAD_NONE, &none)) return dryad_fail_memory(error);
    if (leads_on(m, id) && !place_below(m, id)) return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

dryad_status dryad_branches_find(dryad_branches *out, const dryad_graph *graph, const dryad_roots *roots,
                                 const dryad_known_types *known, dryad_ids members, uint64_t least,
                                 dryad_progress progress, dryad_error *error)
{
  merging m = {.graph = graph, .known = known, .least = least, .keys = {.allocator = graph->allocator}, .out = out};
  *out = (dryad_branches){.allocator = graph->allocator};
  dryad_status status = dryad_forest_init(&m.forest, graph, roots, progress, error);
  if (!status && !merging_init(&m)) status = dryad_fail_memory(error);
  if (!status) status = count_members(&m, members, &progress, error);
  if (!status) status = merge(&m, &progress, error);
  merging_deinit(&m);
  if (status) dryad_branches_deinit(out);
  return status;
}

void dryad_branches_deinit(dryad_branches *branches)
{
  if (!branches->allocator) return;
  dryad_column_free(&branches->branches, branches->allocator, sizeof(dryad_branch));
  *branches = (dryad_branches){0};
}
