/* SPDX-License-Identifier: MIT */
#include "analysis/dominators.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16, AHEAD = 16, NEAR = 8 };

static const char stage[] = "finding dominators";
enum { NUMBERING, EVALUATING, ASCENDING, BEGINNING, ADDING, COUNTING, PLACING, STEPS };

/* A node is the number of a reachable object in depth-first order, from 1; 0 is the virtual root. */
typedef uint32_t node;

/* While finding semidominators: an ancestor in the search tree, and the lowest semidominator on the path to it. */
typedef struct link {
  node ancestor, lowest;
} link;

/* While building the dominator tree: the depth, and a jump pointer to a far ancestor. */
typedef struct rung {
  node jump;
  uint32_t depth;
} rung;

typedef struct computation {
  const dryad_graph *graph;
  const dryad_roots *roots;
  dryad_progress progress;
  node last;     /* the highest number */
  node *numbers; /* by id; 0: not reached */
  node *semis;   /* by node: semidominators */
  node *parents; /* by node: in the search tree, then in the dominator tree */
  dryad_id *ids; /* by node; becomes the result's `children` */
  void *work;    /* by node, 8 bytes each: positions of the search, links, rungs; becomes the result's `retained` */
} computation;

static dryad_status tell(const computation *c, unsigned step, uint64_t done, dryad_error *error)
{
  uint64_t count = c->graph->count;
  return dryad_progress_tell(&c->progress, stage, step * count + done, STEPS * count) ? dryad_fail_cancelled(error)
                                                                                      : DRYAD_OK;
}

/* ---- depth-first numbers ------------------------------------------------------------------------- */

static node add(computation *c, dryad_id id, node parent)
{
  node number = ++c->last;
  c->numbers[id] = number;
  c->ids[number] = id;
  c->parents[number] = parent;
  return number;
}

/* Numbers the objects reachable from a root, backtracking along the search tree instead of a stack. */
static dryad_status search(computation *c, dryad_id root, dryad_error *error)
{
  const dryad_offsets *offsets = &c->graph->child_offsets;
  const dryad_id *edges = c->graph->children->data;
  const uint32_t count = c->graph->count;
  uint64_t *positions = c->work; /* where to continue when the search returns */
  node at = add(c, root, 0);
  uint64_t next = dryad_offset(offsets, root), end = dryad_offset(offsets, root + 1);
  for (;;) {
    while (next < end) {
      dryad_id child = edges[next++];
      if (child >= count || c->numbers[child]) continue;
      node number = add(c, child, at);
      if (number % OBJECTS_BETWEEN_TELLING == 0 && tell(c, NUMBERING, number, error)) return DRYAD_CANCELLED;
      uint64_t first = dryad_offset(offsets, child), last = dryad_offset(offsets, child + 1);
      if (first == last) continue;
      positions[at] = next;
      at = number;
      next = first;
      end = last;
    }
    at = c->parents[at];
    if (at == 0) return DRYAD_OK;
    next = positions[at];
    end = dryad_offset(offsets, c->ids[at] + 1);
  }
}

static dryad_status number_objects(computation *c, dryad_error *error)
{
  for (uint32_t i = 0; i < c->roots->count; i++) {
    dryad_id root = c->roots->ids[i];
    dryad_status status = c->numbers[root] ? DRYAD_OK : search(c, root, error);
    if (status) return status;
  }
  return DRYAD_OK;
}

/* ---- semidominators ------------------------------------------------------------------------------ */

/*
 * The lowest semidominator on the path from `of` up to the highest ancestor above `limit`; numbers above `limit` are
 * done. Compresses the path: goes up reversing each link, then comes down the same way.
 */
static node evaluate(link *links, node of, node limit)
{
  node top = of, below = 0;
  while (links[top].ancestor > limit) {
    node above = links[top].ancestor;
    links[top].ancestor = below;
    below = top;
    top = above;
  }
  node ancestor = links[top].ancestor, lowest = links[top].lowest;
  while (below) {
    node next = links[below].ancestor;
    if (links[below].lowest < lowest) lowest = links[below].lowest;
    links[below] = (link){ancestor, lowest};
    below = next;
  }
  return lowest;
}

static node semidominator(const computation *c, node of)
{
  link *links = c->work;
  dryad_ids referrers = dryad_parents(c->graph, c->ids[of]);
  node lowest = c->parents[of];
  for (uint64_t i = 0; i < referrers.count; i++) {
    node from = c->numbers[referrers.ids[i]];
    if (from == 0) continue;
    if (from > of) from = evaluate(links, from, of);
    if (from < lowest) lowest = from;
  }
  return lowest;
}

static dryad_status find_semidominators(computation *c, dryad_error *error)
{
  const dryad_offsets *offsets = &c->graph->parent_offsets;
  const dryad_id *referrers = c->graph->parents->data;
  link *links = c->work;
  memset(c->semis, 0xff, ((uint64_t)c->last + 1) * sizeof *c->semis);
  for (uint32_t i = 0; i < c->roots->count; i++) c->semis[c->numbers[c->roots->ids[i]]] = 0;
  for (node n = 1; n <= c->last; n++) links[n] = (link){c->parents[n], n};
  for (node n = c->last; n >= 1; n--) {
    if (n % OBJECTS_BETWEEN_TELLING == 0 && tell(c, EVALUATING, c->last - n, error)) return DRYAD_CANCELLED;
    if (n > AHEAD) {
      __builtin_prefetch(&((const uint32_t *)offsets->low->data)[c->ids[n - AHEAD]]);
      __builtin_prefetch(&referrers[dryad_offset(offsets, c->ids[n - NEAR])]);
    }
    if (c->semis[n]) c->semis[n] = semidominator(c, n);
    links[n].lowest = c->semis[n];
  }
  return DRYAD_OK;
}

/* ---- immediate dominators ------------------------------------------------------------------------ */

/* The jump pointer of a node spans those of its parent and of the parent's target, or leads to the parent: any ancestor
   is logarithmically many jumps away. */
static void set_rung(rung *rungs, node n, node parent)
{
  node far = rungs[parent].jump, farther = rungs[far].jump;
  bool equal = rungs[parent].depth - rungs[far].depth == rungs[far].depth - rungs[farther].depth;
  rungs[n] = (rung){equal ? farther : parent, rungs[parent].depth + 1};
}

/* A node's immediate dominator is its nearest ancestor in the tree so far whose number is not above its
   semidominator's. */
static dryad_status find_dominators(computation *c, dryad_error *error)
{
  rung *rungs = c->work;
  node *parents = c->parents;
  rungs[0] = (rung){0, 0};
  for (node n = 1; n <= c->last; n++) {
    if (n % OBJECTS_BETWEEN_TELLING == 0 && tell(c, ASCENDING, n, error)) return DRYAD_CANCELLED;
    node dominator = parents[n], semi = c->semis[n];
    while (dominator > semi) dominator = rungs[dominator].jump > semi ? rungs[dominator].jump : parents[dominator];
    bool has_descendants = n < c->last && parents[n + 1] == n;
    parents[n] = dominator;
    if (has_descendants) set_rung(rungs, n, dominator);
  }
  return DRYAD_OK;
}

/* ---- the result ---------------------------------------------------------------------------------- */

static dryad_status add_up(computation *c, dryad_dominators *out, dryad_error *error)
{
  const dryad_graph *graph = c->graph;
  uint64_t *retained = c->work;
  for (dryad_id id = 0; id < graph->count; id++) {
    if (id % OBJECTS_BETWEEN_TELLING == 0 && tell(c, BEGINNING, id, error)) return DRYAD_CANCELLED;
    retained[id] = c->numbers[id] ? dryad_size(graph, id) : 0;
    out->parents[id] = DRYAD_NONE;
  }
  for (node n = c->last; n >= 1; n--) {
    if (n % OBJECTS_BETWEEN_TELLING == 0 && tell(c, ADDING, c->last - n, error)) return DRYAD_CANCELLED;
    dryad_id id = c->ids[n], parent = c->ids[c->parents[n]];
    uint64_t *sum = c->parents[n] ? &retained[parent] : &out->reachable_size;
    *sum = dryad_add_sizes(*sum, retained[id]);
    if (c->parents[n]) out->parents[id] = parent;
  }
  out->reachable_count = c->last;
  return DRYAD_OK;
}

/* Reachable objects by parent: counted, then placed. */
static dryad_status sort_children(computation *c, dryad_dominators *out, dryad_error *error)
{
  const uint32_t count = out->count;
  uint32_t *places = c->semis; /* by parent; `count` stands for none */
  memset(places, 0, ((uint64_t)count + 1) * sizeof *places);
  for (dryad_id id = 0; id < count; id++) {
    if (id % OBJECTS_BETWEEN_TELLING == 0 && tell(c, COUNTING, id, error)) return DRYAD_CANCELLED;
    if (c->numbers[id]) places[out->parents[id] < count ? out->parents[id] : count]++;
  }
  uint32_t place = 0;
  for (uint64_t parent = 0; parent <= count; parent++) {
    uint32_t children = places[parent];
    places[parent] = place;
    place += children;
  }
  for (dryad_id id = 0; id < count; id++) {
    if (id % OBJECTS_BETWEEN_TELLING == 0 && tell(c, PLACING, id, error)) return DRYAD_CANCELLED;
    if (c->numbers[id]) out->children[places[out->parents[id] < count ? out->parents[id] : count]++] = id;
  }
  return DRYAD_OK;
}

typedef dryad_status (*step)(computation *c, dryad_error *error);

static dryad_status compute(computation *c, dryad_dominators *out, dryad_error *error)
{
  static const step steps[] = {number_objects, find_semidominators, find_dominators};
  dryad_status status = tell(c, NUMBERING, 0, error);
  for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++) status = steps[i](c, error);
  if (!status) status = add_up(c, out, error);
  if (!status) status = sort_children(c, out, error);
  return status;
}

static dryad_dominators *dominators_new(const dryad_graph *graph)
{
  const dryad_allocator *allocator = graph->allocator;
  uint64_t count = graph->count;
  dryad_dominators *dominators = dryad_calloc(allocator, 1, sizeof *dominators);
  if (!dominators) return NULL;
  *dominators = (dryad_dominators){.allocator = allocator,
                                   .count = graph->count,
                                   .retained = dryad_alloc(allocator, count + 1, sizeof *dominators->retained),
                                   .parents = dryad_alloc(allocator, count, sizeof *dominators->parents),
                                   .children = dryad_alloc(allocator, count + 1, sizeof *dominators->children)};
  if (dominators->retained && dominators->parents && dominators->children) return dominators;
  dryad_dominators_free(dominators);
  return NULL;
}

dryad_status dryad_dominators_new(dryad_dominators **out, const dryad_graph *graph, const dryad_roots *roots,
                                  dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && roots);
  const dryad_allocator *allocator = graph->allocator;
  uint64_t nodes = (uint64_t)graph->count + 1;
  *out = NULL;
  dryad_dominators *dominators = dominators_new(graph);
  if (!dominators) return dryad_fail_memory(error);
  computation c = {.graph = graph,
                   .roots = roots,
                   .progress = progress,
                   .numbers = dryad_calloc(allocator, graph->count, sizeof *c.numbers),
                   .semis = dryad_alloc(allocator, nodes, sizeof *c.semis),
                   .parents = dryad_alloc(allocator, nodes, sizeof *c.parents),
                   .ids = dominators->children,
                   .work = dominators->retained};
  bool ok = c.numbers && c.semis && c.parents;
  dryad_status status = ok ? compute(&c, dominators, error) : dryad_fail_memory(error);
  dryad_free(allocator, c.numbers, graph->count, sizeof *c.numbers);
  dryad_free(allocator, c.semis, nodes, sizeof *c.semis);
  dryad_free(allocator, c.parents, nodes, sizeof *c.parents);
  if (status)
    dryad_dominators_free(dominators);
  else
    *out = dominators;
  return status;
}

void dryad_dominators_free(dryad_dominators *dominators)
{
  if (!dominators) return;
  const dryad_allocator *allocator = dominators->allocator;
  uint64_t count = dominators->count;
  dryad_free(allocator, dominators->retained, count + 1, sizeof *dominators->retained);
  dryad_free(allocator, dominators->parents, count, sizeof *dominators->parents);
  dryad_free(allocator, dominators->children, count + 1, sizeof *dominators->children);
  dryad_free(allocator, dominators, 1, sizeof *dominators);
}

/* ---- asking -------------------------------------------------------------------------------------- */

dryad_id dryad_dominators_parent(const dryad_dominators *dominators, dryad_id id)
{
  DRYAD_ASSERT(id < dominators->count);
  return dominators->parents[id];
}

uint64_t dryad_dominators_retained(const dryad_dominators *dominators, dryad_id id)
{
  DRYAD_ASSERT(id < dominators->count);
  return dominators->retained[id];
}

/* The first position in `children`, from `low` to `high`, whose parent is at least `parent`. */
static uint32_t first_child(const dryad_dominators *d, uint64_t parent, uint32_t low, uint32_t high)
{
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (d->parents[d->children[middle]] < parent)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

dryad_ids dryad_dominators_children(const dryad_dominators *dominators, dryad_id id)
{
  DRYAD_ASSERT(id < dominators->count || id == DRYAD_NONE);
  const uint32_t all = dominators->reachable_count;
  uint32_t first = first_child(dominators, id, 0, all), end = first_child(dominators, (uint64_t)id + 1, first, all);
  return (dryad_ids){dominators->children + first, end - first};
}

/* Doubles the distance from `low`, before which all parents are less, until the position lies within. */
static uint32_t first_child_near(const dryad_dominators *d, uint64_t parent, uint32_t low)
{
  const uint32_t all = d->reachable_count;
  uint32_t high = low, distance = 1;
  while (high < all && d->parents[d->children[high]] < parent) {
    low = high + 1;
    high = distance < all - high ? high + distance : all;
    distance *= 2;
  }
  return first_child(d, parent, low, high);
}

dryad_ids dryad_dominators_children_near(const dryad_dominators *dominators, dryad_id id, uint32_t *place)
{
  DRYAD_ASSERT(id < dominators->count && *place <= dominators->reachable_count);
  const uint32_t before = *place;
  if (before > 0 && dominators->parents[dominators->children[before - 1]] >= id) *place = 0;
  const uint32_t first = first_child_near(dominators, id, *place);
  *place = first_child_near(dominators, (uint64_t)id + 1, first);
  return (dryad_ids){dominators->children + first, *place - first};
}

uint32_t dryad_dominators_reachable_count(const dryad_dominators *dominators) { return dominators->reachable_count; }
uint64_t dryad_dominators_reachable_size(const dryad_dominators *dominators) { return dominators->reachable_size; }

dryad_status dryad_dominators_unreachable(const dryad_dominators *dominators, const dryad_graph *graph, dryad_id **ids,
                                          uint64_t *count, dryad_error *error)
{
  const uint32_t left = graph->count - dominators->reachable_count;
  DRYAD_ASSERT(dominators->count == graph->count);
  *count = 0;
  *ids = dryad_alloc(graph->allocator, left, sizeof **ids);
  if (!*ids) return dryad_fail_memory(error);
  if (left == 0) return DRYAD_OK;
  dryad_bits reached;
  if (!dryad_bits_init(&reached, graph->allocator, graph->count)) {
    dryad_free(graph->allocator, *ids, left, sizeof **ids);
    *ids = NULL;
    return dryad_fail_memory(error);
  }
  for (uint32_t i = 0; i < dominators->reachable_count; i++) dryad_bits_set(&reached, dominators->children[i]);
  for (dryad_id id = 0; *count < left; id++)
    if (!dryad_bits_get(&reached, id)) (*ids)[(*count)++] = id;
  dryad_bits_deinit(&reached);
  return DRYAD_OK;
}
