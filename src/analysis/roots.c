/* SPDX-License-Identifier: MIT */
#include "analysis/roots.h"

#include <string.h>

#include "analysis/breadth_first.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"
#include "runtime/runtime.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

static const char stage[] = "finding roots";

/* ---- making ------------------------------------------------------------------------------------ */

static dryad_roots *roots_new(const dryad_allocator *allocator, uint32_t count)
{
  dryad_roots *roots = dryad_calloc(allocator, 1, sizeof *roots);
  if (!roots) return NULL;
  *roots = (dryad_roots){.allocator = allocator,
                         .count = count,
                         .ids = dryad_alloc(allocator, count, sizeof *roots->ids),
                         .reasons = dryad_alloc(allocator, count, sizeof *roots->reasons)};
  if (roots->ids && roots->reasons) return roots;
  dryad_roots_free(roots);
  return NULL;
}

void dryad_roots_free(dryad_roots *roots)
{
  if (!roots) return;
  dryad_free(roots->allocator, roots->ids, roots->count, sizeof *roots->ids);
  dryad_free(roots->allocator, roots->reasons, roots->count, sizeof *roots->reasons);
  dryad_free(roots->allocator, roots, 1, sizeof *roots);
}

dryad_ids dryad_roots_ids(const dryad_roots *roots) { return (dryad_ids){roots->ids, roots->count}; }

dryad_root_reason dryad_roots_reason(const dryad_roots *roots, dryad_id id)
{
  uint32_t low = 0, high = roots->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (roots->ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < roots->count && roots->ids[low] == id ? roots->reasons[low] : DRYAD_ROOT_NONE;
}

/* ---- settling ---------------------------------------------------------------------------------- */

typedef struct settling {
  const dryad_graph *graph;
  unsigned char *type_reasons; /* by type: see dryad_type_root_reason */
  dryad_breadth_first walk;
  dryad_bits cycles; /* the roots that represent a cycle */
  uint32_t cycle_count;
} settling;

static dryad_root_reason type_reason(const settling *s, dryad_id id)
{
  return s->type_reasons[dryad_types(s->graph)[id]];
}

static dryad_root_reason plain_reason(const settling *s, dryad_id id)
{
  dryad_root_reason reason = type_reason(s, id);
  if (reason == DRYAD_ROOT_MODULE) return reason;
  dryad_ids parents = dryad_parents(s->graph, id);
  bool is_referenced = parents.count > 1 || (parents.count == 1 && parents.ids[0] != id);
  if (is_referenced) return DRYAD_ROOT_NONE;
  return reason == DRYAD_ROOT_NONE ? DRYAD_ROOT_UNREFERENCED : reason;
}

/* Walks from every object in turn, ascending, unless an earlier walk visited it. */
static dryad_status first_walks(settling *s, bool frames_only, dryad_id *begins, uint32_t *begun,
                                const dryad_progress *progress, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (dryad_id id = 0; id < s->graph->count && !status; id++) {
    if (dryad_bits_get(&s->walk.seen, id) || (frames_only && type_reason(s, id) != DRYAD_ROOT_FRAME)) continue;
    begins[(*begun)++] = id;
    dryad_breadth_first_add(&s->walk, id);
    status = dryad_breadth_first_run(&s->walk, stage, progress, error);
  }
  return status;
}

/*
 * Among unreached objects, finds one of each strongly connected component that nothing outside refers to: a frame if it
 * has one, else the lowest address. A first pass walks from all frames, then from all objects; the first walk that
 * enters such a component starts in it. The second pass walks from these starts again, latest first: a start that no
 * later walk visits has no referrers outside its component, because its component lies in its own first walk and no
 * earlier one led there.
 * Source: the order of search of M. Sharir, 1981, for strongly connected components.
 */
static dryad_status find_cycles(settling *s, const dryad_progress *progress, dryad_error *error)
{
  const dryad_graph *graph = s->graph;
  dryad_breadth_first *walk = &s->walk;
  uint32_t reached = walk->found, begun = 0;
  if (!dryad_bits_init(&s->cycles, graph->allocator, graph->count)) return dryad_fail_memory(error);
  dryad_id *begins = dryad_alloc(graph->allocator, graph->count - reached, sizeof *begins);
  if (!begins) return dryad_fail_memory(error);
  dryad_status status = first_walks(s, true, begins, &begun, progress, error);
  if (!status) status = first_walks(s, false, begins, &begun, progress, error);
  if (!status) dryad_breadth_first_rewind(walk, reached);
  for (uint32_t i = begun; i-- > 0 && !status;) {
    if (dryad_bits_get(&walk->seen, begins[i])) continue;
    dryad_bits_set(&s->cycles, begins[i]);
    s->cycle_count++;
    dryad_breadth_first_add(walk, begins[i]);
    status = dryad_breadth_first_run(walk, stage, progress, error);
  }
  dryad_free(graph->allocator, begins, graph->count - reached, sizeof *begins);
  return status;
}

/* The walk began at the `plain` roots that do not represent cycles, ascending. */
static dryad_status collect(const settling *s, uint32_t plain, dryad_roots **out, dryad_error *error)
{
  dryad_roots *roots = roots_new(s->graph->allocator, plain + s->cycle_count);
  if (!roots) return dryad_fail_memory(error);
  const dryad_id *next_plain = s->walk.order, *end = next_plain + plain;
  dryad_id next_cycle = 0;
  for (uint32_t i = 0; i < roots->count; i++) {
    bool cycles_left = i < s->cycle_count + (uint32_t)(next_plain - s->walk.order);
    while (cycles_left && !dryad_bits_get(&s->cycles, next_cycle)) next_cycle++;
    bool is_plain = !cycles_left || (next_plain < end && *next_plain < next_cycle);
    roots->ids[i] = is_plain ? *next_plain++ : next_cycle++;
    roots->reasons[i] = (unsigned char)(is_plain ? plain_reason(s, roots->ids[i]) : DRYAD_ROOT_CYCLE);
  }
  *out = roots;
  return DRYAD_OK;
}

static bool settling_init(settling *s, const dryad_graph *graph)
{
  dryad_known_types known;
  uint32_t type_count = graph->store->type_count;
  *s = (settling){.graph = graph};
  if (!dryad_breadth_first_init(&s->walk, graph, false)) return false;
  s->type_reasons = dryad_alloc(graph->allocator, type_count, 1);
  if (!s->type_reasons) {
    dryad_breadth_first_deinit(&s->walk);
    return false;
  }
  dryad_known_types_init(&known, graph);
  for (uint32_t type = 0; type < type_count; type++)
    s->type_reasons[type] = (unsigned char)dryad_type_root_reason(&known, type);
  return true;
}

static void settling_deinit(settling *s)
{
  dryad_bits_deinit(&s->cycles);
  dryad_breadth_first_deinit(&s->walk);
  dryad_free(s->graph->allocator, s->type_reasons, s->graph->store->type_count, 1);
}

/* The roots that the dump states. */
static dryad_status copy_annotated(dryad_roots **out, const dryad_graph *graph, dryad_error *error)
{
  const dryad_annotations *annotations = graph->annotations;
  dryad_roots *roots = roots_new(graph->allocator, annotations->root_count);
  if (!roots) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < roots->count; i++) {
    roots->ids[i] = annotations->roots[i];
    roots->reasons[i] = annotations->reasons[i];
  }
  *out = roots;
  return DRYAD_OK;
}

dryad_status dryad_roots_settle(dryad_roots **out, const dryad_graph *graph, dryad_progress progress,
                                dryad_error *error)
{
  DRYAD_ASSERT(out);
  settling s;
  *out = NULL;
  if (graph->annotations && graph->annotations->has_roots) return copy_annotated(out, graph, error);
  if (!settling_init(&s, graph)) return dryad_fail_memory(error);
  dryad_status status = DRYAD_OK;
  for (dryad_id id = 0; id < graph->count && !status; id++) {
    if (plain_reason(&s, id) != DRYAD_ROOT_NONE) dryad_breadth_first_add(&s.walk, id);
    if (id % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(&progress, stage, 0, graph->count))
      status = dryad_fail_cancelled(error);
  }
  uint32_t plain = s.walk.found;
  if (!status) status = dryad_breadth_first_run(&s.walk, stage, &progress, error);
  if (!status && s.walk.found < graph->count) status = find_cycles(&s, &progress, error);
  if (!status) status = collect(&s, plain, out, error);
  settling_deinit(&s);
  return status;
}

/* ---- given, moved ------------------------------------------------------------------------------ */

dryad_status dryad_roots_give(dryad_roots **out, const dryad_graph *graph, const dryad_id *ids, uint64_t count,
                              dryad_error *error)
{
  DRYAD_ASSERT(out && (ids || count == 0));
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, ids, count));
  dryad_bits given;
  uint32_t distinct = 0, next = 0;
  *out = NULL;
  if (!dryad_bits_init(&given, graph->allocator, graph->count)) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < count; i++) distinct += ids[i] < graph->count && dryad_bits_add(&given, ids[i]);
  dryad_roots *roots = roots_new(graph->allocator, distinct);
  for (dryad_id id = 0; roots && next < distinct; id++)
    if (dryad_bits_get(&given, id)) roots->ids[next++] = id;
  dryad_bits_deinit(&given);
  if (!roots) return dryad_fail_memory(error);
  memset(roots->reasons, DRYAD_ROOT_GIVEN, distinct);
  *out = roots;
  return DRYAD_OK;
}

dryad_status dryad_roots_move(dryad_roots **out, const dryad_roots *roots, const dryad_graph *from,
                              const dryad_graph *to, dryad_error *error)
{
  DRYAD_ASSERT(out && roots);
  uint32_t kept = 0;
  *out = NULL;
  for (uint32_t i = 0; i < roots->count; i++)
    kept += dryad_graph_find(to, dryad_addresses(from)[roots->ids[i]]) != DRYAD_NONE;
  dryad_roots *moved = roots_new(to->allocator, kept);
  if (!moved) return dryad_fail_memory(error);
  for (uint32_t i = 0, next = 0; i < roots->count; i++) {
    dryad_id id = dryad_graph_find(to, dryad_addresses(from)[roots->ids[i]]);
    if (id == DRYAD_NONE) continue;
    moved->ids[next] = id;
    moved->reasons[next++] = roots->reasons[i];
  }
  *out = moved;
  return DRYAD_OK;
}

dryad_status dryad_roots_with(dryad_roots **out, const dryad_roots *roots, const dryad_graph *graph,
                              const uint64_t *addresses, uint64_t count, dryad_error *error)
{
  DRYAD_ASSERT(out && roots);
  DRYAD_ASSERT_SLOW(dryad_is_ascending(addresses, count));
  uint32_t more = 0, at = 0, next = 0;
  *out = NULL;
  for (uint64_t i = 0; i < count; i++) {
    dryad_id id = dryad_graph_find(graph, addresses[i]);
    more += id != DRYAD_NONE && dryad_roots_reason(roots, id) == DRYAD_ROOT_NONE;
  }
  dryad_roots *all = roots_new(graph->allocator, roots->count + more);
  if (!all) return dryad_fail_memory(error);
  for (uint64_t i = 0; i <= count; i++) {
    dryad_id id = i < count ? dryad_graph_find(graph, addresses[i]) : DRYAD_NONE;
    if (i < count && id == DRYAD_NONE) continue;
    for (; at < roots->count && roots->ids[at] < id; at++) {
      all->ids[next] = roots->ids[at];
      all->reasons[next++] = roots->reasons[at];
    }
    if (id == DRYAD_NONE || (at < roots->count && roots->ids[at] == id)) continue;
    all->ids[next] = id;
    all->reasons[next++] = DRYAD_ROOT_GIVEN;
  }
  *out = all;
  return DRYAD_OK;
}

/* ---- what they do not reach -------------------------------------------------------------------- */

dryad_status dryad_roots_unreachable(const dryad_roots *roots, const dryad_graph *graph, dryad_id **ids,
                                     uint64_t *count, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(roots && ids && count);
  dryad_breadth_first walk;
  *ids = NULL;
  *count = 0;
  if (!dryad_breadth_first_init(&walk, graph, false)) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < roots->count; i++) dryad_breadth_first_add(&walk, roots->ids[i]);
  dryad_status status = dryad_breadth_first_run(&walk, stage, &progress, error);
  uint32_t left = graph->count - walk.found, next = 0;
  if (!status) {
    *ids = dryad_alloc(graph->allocator, left, sizeof **ids);
    if (!*ids) status = dryad_fail_memory(error);
  }
  if (!status) {
    for (dryad_id id = 0; next < left; id++)
      if (!dryad_bits_get(&walk.seen, id)) (*ids)[next++] = id;
    *count = left;
  }
  dryad_breadth_first_deinit(&walk);
  return status;
}
