/* SPDX-License-Identifier: MIT */
#include "analysis/ways.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/id_numbers.h"
#include "base/progress.h"
#include "graph/graph.h"

static const char stage[] = "finding ways";

enum { OBJECTS_BETWEEN_TELLING = 1 << 14 };
/* Successors that are ordered by their labels; more keep the order of the references. */
enum { MOST_SORTED = 1 << 12 };
enum { LABEL_BYTES = 256 }; /* compared of a label */
/* In place of the only successor of an object. */
#define SEVERAL (DRYAD_NONE - 1)

/* ---- order of labels ----------------------------------------------------------------------------- */

int dryad_edges_compare(const dryad_graph *graph, const dryad_known_types *known, const dryad_edge *a,
                        const dryad_edge *b)
{
  if (a->kind == b->kind && (a->kind == DRYAD_EDGE_ITEM || a->kind == DRYAD_EDGE_REF))
    return (a->index > b->index) - (a->index < b->index);
  if ((a->kind == DRYAD_EDGE_REF) != (b->kind == DRYAD_EDGE_REF)) return a->kind == DRYAD_EDGE_REF ? 1 : -1;
  char first[LABEL_BYTES], second[LABEL_BYTES];
  dryad_edge_text(first, sizeof first, graph, known, a);
  dryad_edge_text(second, sizeof second, graph, known, b);
  int order = strcmp(first, second);
  return (order > 0) - (order < 0);
}

uint64_t dryad_best_edge_between(const dryad_graph *graph, const dryad_known_types *known, dryad_id parent,
                                 dryad_id child)
{
  DRYAD_ASSERT(parent < graph->count);
  dryad_ids refs = dryad_children(graph, parent);
  uint64_t best = DRYAD_NO_POSITION;
  dryad_edge best_edge = {.kind = DRYAD_EDGE_REF};
  for (uint64_t i = 0; i < refs.count; i++) {
    if (refs.ids[i] != child) continue;
    dryad_edge edge = dryad_edge_of(graph, known, parent, i);
    if (best != DRYAD_NO_POSITION && dryad_edges_compare(graph, known, &edge, &best_edge) >= 0) continue;
    best = i;
    best_edge = edge;
  }
  return best;
}

/* ---- what lies on shortest ways ------------------------------------------------------------------- */

typedef struct finding {
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_levels *levels;
  const dryad_progress *progress;
  dryad_bits is_in;         /* by id: on a shortest way to a member */
  dryad_id_numbers numbers; /* of these objects, from the members back to the starts */
  dryad_column next;        /* dryad_id[numbers.count]: the only one that the object leads on to; NONE or SEVERAL */
  uint32_t *places;         /* by number: its node; DRYAD_NONE: none yet */
  dryad_column successors;  /* successor[]: of the object being expanded */
  dryad_ways *out;
} finding;

typedef struct successor {
  dryad_edge edge; /* set for sorting */
  uint64_t position;
  dryad_id id;
  uint32_t number;
} successor;

static dryad_id id_of(const finding *f, uint32_t number) { return dryad_id_numbers_get(&f->numbers, number); }

static dryad_id *next_of(const finding *f, uint32_t number) { return (dryad_id *)f->next.data + number; }

/* Includes an object that leads on to `next`, or to nothing (DRYAD_NONE); false: no memory. */
static bool include(finding *f, dryad_id id, dryad_id next)
{
  uint32_t number;
  if (!dryad_id_numbers_add(&f->numbers, id, &number)) return false;
  if (!dryad_column_reserve(&f->next, f->graph->allocator, f->numbers.count, sizeof next)) return false;
  if (dryad_bits_add(&f->is_in, id))
    *next_of(f, number) = next;
  else if (next != DRYAD_NONE)
    *next_of(f, number) = *next_of(f, number) == DRYAD_NONE ? next : SEVERAL;
  return true;
}

static dryad_status go_back(finding *f, dryad_ids members, dryad_error *error)
{
  const uint32_t *levels = f->levels->levels;
  for (uint64_t i = 0; i < members.count; i++) {
    dryad_id id = members.ids[i];
    if (id < f->graph->count && levels[id] != DRYAD_NONE && !include(f, id, DRYAD_NONE))
      return dryad_fail_memory(error);
  }
  for (uint32_t i = 0; i < f->numbers.count; i++) {
    if (i % OBJECTS_BETWEEN_TELLING == OBJECTS_BETWEEN_TELLING - 1 &&
        dryad_progress_tell(f->progress, stage, i, f->graph->count))
      return dryad_fail_cancelled(error);
    dryad_id id = id_of(f, i);
    if (dryad_levels_is_start(f->levels, id)) continue;
    dryad_ids referrers = dryad_parents(f->graph, id);
    for (uint64_t r = 0; r < referrers.count; r++)
      if (levels[referrers.ids[r]] == levels[id] - DRYAD_STEP_LEVELS && !include(f, referrers.ids[r], id))
        return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

/* ---- forward, best first ------------------------------------------------------------------------- */

static void add_node(finding *f, uint32_t number, dryad_id id, uint32_t above, uint64_t position)
{
  f->places[number] = f->out->count;
  f->out->nodes[f->out->count++] = (dryad_way_node){id, above, position};
}

typedef struct starting {
  const finding *finding;
  dryad_id id;
  uint32_t number;
} starting;

static int compare_starts(const void *left, const void *right)
{
  const starting *a = left, *b = right;
  const dryad_levels *levels = a->finding->levels;
  if (levels->levels[a->id] != levels->levels[b->id]) return levels->levels[a->id] < levels->levels[b->id] ? -1 : 1;
  return dryad_starts_compare(levels, a->finding->graph, a->id, b->id);
}

static bool add_starts(finding *f)
{
  dryad_column column = {0};
  uint64_t count = 0;
  for (uint32_t i = 0; i < f->numbers.count; i++) {
    if (!dryad_levels_is_start(f->levels, id_of(f, i))) continue;
    if (!dryad_column_reserve(&column, f->graph->allocator, count + 1, sizeof(starting))) {
      dryad_column_free(&column, f->graph->allocator, sizeof(starting));
      return false;
    }
    ((starting *)column.data)[count++] = (starting){f, id_of(f, i), i};
  }
  const starting *starts = column.data;
  if (count) qsort(column.data, count, sizeof(starting), compare_starts);
  for (uint64_t i = 0; i < count; i++) add_node(f, starts[i].number, starts[i].id, DRYAD_NONE, 0);
  dryad_column_free(&column, f->graph->allocator, sizeof(starting));
  return true;
}

/* Sorting needs the graph for labels. */
static int compare_successors(const void *left, const void *right, void *context)
{
  const finding *f = context;
  const successor *a = left, *b = right;
  int order = dryad_edges_compare(f->graph, f->known, &a->edge, &b->edge);
  return order ? order : (a->id > b->id) - (a->id < b->id);
}

/* A further reference to a successor of the node at `above`: the better one counts. */
static void compare_reference(const finding *f, dryad_way_node *node, uint32_t above, uint64_t position)
{
  if (node->above != above) return;
  dryad_id id = f->out->nodes[above].id;
  dryad_edge known = dryad_edge_of(f->graph, f->known, id, node->position);
  dryad_edge other = dryad_edge_of(f->graph, f->known, id, position);
  if (dryad_edges_compare(f->graph, f->known, &other, &known) < 0) node->position = position;
}

/* Gives a successor by a reference its node, or keeps it for sorting if it leads on; false: no memory. */
static bool meet(finding *f, uint32_t place, uint64_t position, dryad_id child, uint64_t *kept)
{
  uint32_t number;
  if (!dryad_id_numbers_find(&f->numbers, child, &number)) return true;
  if (f->places[number] != DRYAD_NONE) {
    compare_reference(f, &f->out->nodes[f->places[number]], place, position);
    return true;
  }
  if (*next_of(f, number) == DRYAD_NONE) {
    add_node(f, number, child, place, position);
    return true;
  }
  if (!dryad_column_reserve(&f->successors, f->graph->allocator, *kept + 1, sizeof(successor))) return false;
  ((successor *)f->successors.data)[(*kept)++] = (successor){.position = position, .id = child, .number = number};
  return true;
}

/* Gives an object's successors that have no better way their nodes: those that lead on in the order of their labels. */
static bool expand(finding *f, uint32_t place)
{
  const uint32_t *levels = f->levels->levels;
  dryad_id id = f->out->nodes[place].id;
  dryad_ids children = dryad_children(f->graph, id);
  uint64_t count = 0;
  uint32_t number;
  if (!dryad_id_numbers_find(&f->numbers, id, &number)) return true;
  dryad_id next = *next_of(f, number);
  if (next == DRYAD_NONE) return true;
  for (uint64_t i = 0; i < children.count; i++) {
    dryad_id child = children.ids[i];
    if (next != SEVERAL ? child != next : child >= f->graph->count || !dryad_bits_get(&f->is_in, child)) continue;
    if (levels[child] != levels[id] + DRYAD_STEP_LEVELS || dryad_levels_is_start(f->levels, child)) continue;
    if (!meet(f, place, i, child, &count)) return false;
  }
  successor *found = f->successors.data;
  if (count > 1 && count <= MOST_SORTED) {
    for (uint64_t i = 0; i < count; i++) found[i].edge = dryad_edge_of(f->graph, f->known, id, found[i].position);
    qsort_r(found, count, sizeof *found, compare_successors, f);
  }
  for (uint64_t i = 0; i < count; i++)
    if (f->places[found[i].number] == DRYAD_NONE) add_node(f, found[i].number, found[i].id, place, found[i].position);
  return true;
}

static dryad_status go_forward(finding *f, dryad_error *error)
{
  const dryad_allocator *allocator = f->graph->allocator;
  f->places = dryad_alloc(allocator, f->numbers.count, sizeof *f->places);
  f->out->nodes = dryad_alloc(allocator, f->numbers.count, sizeof *f->out->nodes);
  if (!f->places || !f->out->nodes) return dryad_fail_memory(error);
  memset(f->places, 0xff, f->numbers.count * sizeof *f->places);
  if (!add_starts(f)) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < f->out->count; i++) {
    if (i % OBJECTS_BETWEEN_TELLING == OBJECTS_BETWEEN_TELLING - 1 &&
        dryad_progress_tell(f->progress, stage, i, f->numbers.count))
      return dryad_fail_cancelled(error);
    if (!expand(f, i)) return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

dryad_status dryad_ways_find(dryad_ways *out, const dryad_graph *graph, const dryad_known_types *known,
                             const dryad_levels *levels, dryad_ids members, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && known && levels && levels->count == graph->count);
  const dryad_allocator *allocator = graph->allocator;
  finding f = {.graph = graph,
               .known = known,
               .levels = levels,
               .progress = &progress,
               .numbers = {.allocator = allocator},
               .out = out};
  *out = (dryad_ways){.allocator = allocator};
  dryad_status status =
      dryad_bits_init(&f.is_in, allocator, graph->count) ? go_back(&f, members, error) : dryad_fail_memory(error);
  out->room = f.numbers.count;
  if (!status) status = go_forward(&f, error);
  dryad_free(allocator, f.places, out->room, sizeof *f.places);
  dryad_column_free(&f.next, allocator, sizeof(dryad_id));
  dryad_column_free(&f.successors, allocator, sizeof(successor));
  dryad_id_numbers_deinit(&f.numbers);
  dryad_bits_deinit(&f.is_in);
  if (status) dryad_ways_deinit(out);
  return status;
}

void dryad_ways_deinit(dryad_ways *ways)
{
  if (!ways->allocator) return;
  dryad_free(ways->allocator, ways->nodes, ways->room, sizeof *ways->nodes);
  *ways = (dryad_ways){0};
}

dryad_status dryad_way_find(dryad_path *out, const dryad_graph *graph, const dryad_known_types *known,
                            const dryad_levels *levels, dryad_id id, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out);
  dryad_ways ways;
  *out = (dryad_path){0};
  dryad_status status = dryad_ways_find(&ways, graph, known, levels, (dryad_ids){&id, 1}, progress, error);
  if (status) return status;
  uint64_t count = 0;
  /* The object is the farthest of all on its ways, so it is the last node, unless the index behind the graph lies. */
  bool is_there = ways.count > 0 && ways.nodes[ways.count - 1].id == id;
  for (uint32_t i = ways.count - 1; is_there && i != DRYAD_NONE; i = ways.nodes[i].above) count++;
  dryad_id *ids = count ? dryad_alloc(graph->allocator, count, sizeof *ids) : NULL;
  if (count && !ids) status = dryad_fail_memory(error);
  if (ids) *out = (dryad_path){graph->allocator, count, ids};
  for (uint32_t i = ways.count - 1; ids && count-- > 0; i = ways.nodes[i].above) ids[count] = ways.nodes[i].id;
  dryad_ways_deinit(&ways);
  return status;
}
