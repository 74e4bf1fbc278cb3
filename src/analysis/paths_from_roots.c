/* SPDX-License-Identifier: MIT */
/*
 * Several paths from roots to one object. The first is a shortest one; others are searched for backwards with a bucket
 * queue in which the objects of earlier paths cost more, so that later paths diverge while that is cheap.
 * Sources: R. B. Dial, "Algorithm 360", 1969; the penalties after V. Akgün, E. Erkut and R. Batta, 2000.
 */
#include <string.h>

#include "analysis/paths.h"
#include "analysis/roots.h"
#include "analysis/ways.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "base/progress.h"
#include "graph/graph.h"

/* The costs that each earlier path adds to a step: through the same object, from the same root, and by the same
   reference. */
enum { PASS_PENALTY = 3, START_PENALTY = 1, REFERENCE_PENALTY = 3, MOST_PASSES = 8 };
enum { DEAREST_STEP = 1 + (PASS_PENALTY + REFERENCE_PENALTY) * MOST_PASSES, BUCKETS = DEAREST_STEP + 1 };
/* Searches allowed beyond twice the number of paths wanted, since some find a known path again. */
enum { MORE_TRIES = 4 };
/* A path with more steps than twice the shortest plus these is useless. */
enum { SLACK = 4 };
/* The most referrers visited for paths after the first: beyond these, no further useful paths are expected. */
enum { MOST_REFERRERS = 1 << 21, REFERRERS_BETWEEN_TELLING = 1 << 16 };

typedef struct bucket {
  dryad_column ids; /* dryad_id[count] */
  uint64_t count;
} bucket;

typedef struct search {
  const dryad_graph *graph;
  const dryad_progress *progress;
  dryad_id target;
  dryad_bits roots;
  uint32_t *costs;       /* by id: the cost of the path to the target, plus one; 0: not met */
  dryad_id *next;        /* by id: the next object towards the target; the target's is itself */
  unsigned char *passes; /* by id: how many of the paths so far pass it, at most MOST_PASSES */
  dryad_id *met;         /* met_count: objects whose costs are set */
  uint32_t met_count;
  uint64_t looked, told; /* referrers visited, and those reported as progress */
  dryad_key_table taken; /* references used by the paths so far */
  dryad_column times;    /* unsigned char[taken.count]: how often each, at most MOST_PASSES */
  dryad_path *found;     /* found_count: the paths so far; owned by the caller */
  uint32_t found_count;
  bucket buckets[BUCKETS]; /* by cost modulo BUCKETS */
} search;

static void search_deinit(search *s)
{
  const dryad_allocator *allocator = s->graph->allocator;
  uint64_t count = s->graph->count;
  dryad_bits_deinit(&s->roots);
  dryad_key_table_deinit(&s->taken);
  dryad_column_free(&s->times, allocator, sizeof(unsigned char));
  dryad_free(allocator, s->costs, count, sizeof *s->costs);
  dryad_free(allocator, s->next, count, sizeof *s->next);
  dryad_free(allocator, s->passes, count, sizeof *s->passes);
  dryad_free(allocator, s->met, count, sizeof *s->met);
  for (int i = 0; i < BUCKETS; i++) dryad_column_free(&s->buckets[i].ids, allocator, sizeof(dryad_id));
}

static bool search_init(search *s, const dryad_graph *graph, const dryad_roots *roots)
{
  const dryad_allocator *allocator = graph->allocator;
  if (!dryad_bits_init(&s->roots, allocator, graph->count)) return false;
  for (uint32_t i = 0; i < roots->count; i++) dryad_bits_set(&s->roots, roots->ids[i]);
  s->costs = dryad_calloc(allocator, graph->count, sizeof *s->costs);
  s->next = dryad_alloc(allocator, graph->count, sizeof *s->next);
  s->passes = dryad_calloc(allocator, graph->count, sizeof *s->passes);
  s->met = dryad_alloc(allocator, graph->count, sizeof *s->met);
  return s->costs && s->next && s->passes && s->met;
}

static bool meet_at(search *s, dryad_id id, dryad_id next, uint32_t cost)
{
  bucket *to = &s->buckets[cost % BUCKETS];
  if (!dryad_column_reserve(&to->ids, s->graph->allocator, to->count + 1, sizeof(dryad_id))) return false;
  if (s->costs[id] == 0) s->met[s->met_count++] = id;
  s->costs[id] = cost + 1;
  s->next[id] = next;
  ((dryad_id *)to->ids.data)[to->count++] = id;
  return true;
}

static dryad_key reference_key(dryad_id from, dryad_id to) { return (dryad_key){{from, to, 0}}; }

static uint32_t step_cost(const search *s, dryad_id from, dryad_id to, bool is_root)
{
  uint32_t passes = s->passes[from], number;
  if (passes == 0) return 1;
  uint32_t cost = 1 + passes * (is_root ? START_PENALTY : PASS_PENALTY);
  if (!dryad_key_table_find(&s->taken, reference_key(from, to), &number)) return cost;
  return cost + ((const unsigned char *)s->times.data)[number] * (uint32_t)REFERENCE_PENALTY;
}

/* Meets the referrers of an object, except those that cost at least as much as the cheapest root met so far. */
static bool meet_referrers(search *s, dryad_id id, uint32_t cost, uint32_t *cheapest)
{
  dryad_ids referrers = dryad_parents(s->graph, id);
  s->looked += referrers.count;
  for (uint64_t i = 0; i < referrers.count; i++) {
    dryad_id from = referrers.ids[i];
    bool is_root = dryad_bits_get(&s->roots, from);
    uint32_t there = cost + step_cost(s, from, id, is_root);
    if (there >= *cheapest || (s->costs[from] && s->costs[from] <= there + 1)) continue;
    if (is_root) *cheapest = there;
    if (!meet_at(s, from, id, there)) return false;
  }
  return true;
}

static void forget(search *s)
{
  for (uint32_t i = 0; i < s->met_count; i++) s->costs[s->met[i]] = 0;
  s->met_count = 0;
  for (int i = 0; i < BUCKETS; i++) s->buckets[i].count = 0;
}

/* The cheapest root to start from, with its path in `next`; DRYAD_NONE: further search is not worthwhile. */
static dryad_status find_start(search *s, dryad_id *start, dryad_error *error)
{
  uint32_t cost = 0, empty = 0, cheapest = UINT32_MAX;
  *start = DRYAD_NONE;
  if (!meet_at(s, s->target, s->target, 0)) return dryad_fail_memory(error);
  for (; empty < BUCKETS && s->looked < MOST_REFERRERS; cost++) {
    bucket *at = &s->buckets[cost % BUCKETS];
    empty = at->count ? 0 : empty + 1;
    for (uint64_t i = 0; i < at->count && s->looked < MOST_REFERRERS; i++) {
      dryad_id id = ((const dryad_id *)at->ids.data)[i];
      if (s->costs[id] != cost + 1) continue;
      if (dryad_bits_get(&s->roots, id)) {
        *start = id;
        return DRYAD_OK;
      }
      if (!meet_referrers(s, id, cost, &cheapest)) return dryad_fail_memory(error);
    }
    at->count = 0;
    if (s->looked - s->told < REFERRERS_BETWEEN_TELLING) continue;
    s->told = s->looked;
    if (dryad_progress_tell(s->progress, "finding paths", s->looked, MOST_REFERRERS))
      return dryad_fail_cancelled(error);
  }
  return DRYAD_OK;
}

static bool same_path(const dryad_path *a, const dryad_path *b)
{
  return a->count == b->count && memcmp(a->ids, b->ids, a->count * sizeof *a->ids) == 0;
}

static void count_up(unsigned char *times)
{
  if (*times < MOST_PASSES) ++*times;
}

/* Raises the cost of the objects and references of a path; false: no memory. */
static bool make_dearer(search *s, const dryad_path *path)
{
  const dryad_allocator *allocator = s->graph->allocator;
  for (uint64_t i = 0; i + 1 < path->count; i++) {
    uint32_t number, before = s->taken.count;
    count_up(&s->passes[path->ids[i]]);
    if (!dryad_key_table_number(&s->taken, reference_key(path->ids[i], path->ids[i + 1]), &number)) return false;
    if (!dryad_column_reserve(&s->times, allocator, s->taken.count, sizeof(unsigned char))) return false;
    unsigned char *times = s->times.data;
    if (number == before) times[number] = 0;
    count_up(&times[number]);
  }
  return true;
}

/* Adds the path unless it is known already or too long. */
static void keep(search *s, dryad_path *path)
{
  bool is_wanted = path->count <= 2 * s->found[0].count + SLACK;
  for (uint32_t i = 0; i < s->found_count; i++) is_wanted &= !same_path(&s->found[i], path);
  if (is_wanted)
    s->found[s->found_count++] = *path;
  else
    dryad_path_deinit(path);
}

static void sort_by_length(dryad_path *paths, uint32_t count)
{
  for (uint32_t i = 1; i < count; i++) {
    dryad_path path = paths[i];
    uint32_t at = i;
    for (; at > 0 && paths[at - 1].count > path.count; at--) paths[at] = paths[at - 1];
    paths[at] = path;
  }
}

/* Finds the paths after the first. */
static dryad_status find_more(search *s, uint32_t wanted, dryad_error *error)
{
  dryad_status status = make_dearer(s, &s->found[0]) ? DRYAD_OK : dryad_fail_memory(error);
  for (uint64_t tries = 1; tries < 2 * (uint64_t)wanted + MORE_TRIES && s->found_count < wanted && !status; tries++) {
    dryad_id start;
    dryad_path path;
    status = find_start(s, &start, error);
    if (status || start == DRYAD_NONE) return status;
    status = dryad_path_follow(&path, s->graph, s->next, start, error);
    if (status) return status;
    forget(s);
    if (!make_dearer(s, &path)) status = dryad_fail_memory(error);
    keep(s, &path);
  }
  return status;
}

/* Adds others to the path that out[0] is, which stays the first; none if it is empty. Takes it over, also on failure.
 */
static dryad_status add_others(dryad_path *out, uint32_t wanted, uint32_t *count, const dryad_graph *graph,
                               const dryad_roots *roots, dryad_id id, const dryad_progress *progress,
                               dryad_error *error)
{
  search s = {
      .graph = graph, .progress = progress, .target = id, .taken = {.allocator = graph->allocator}, .found = out};
  dryad_status status = DRYAD_OK;
  if (out->count == 0) return DRYAD_OK;
  s.found_count = 1;
  if (wanted > 1 && out->count > 1 && out->count < MOST_REFERRERS) {
    status = search_init(&s, graph, roots) ? find_more(&s, wanted, error) : dryad_fail_memory(error);
    search_deinit(&s);
  }
  if (!status) status = dryad_graph_check(graph, error);
  if (status)
    while (s.found_count > 0) dryad_path_deinit(&out[--s.found_count]);
  if (s.found_count > 2) sort_by_length(out + 1, s.found_count - 1);
  *count = s.found_count;
  return status;
}

dryad_status dryad_paths_from_roots(dryad_path *out, uint32_t wanted, uint32_t *count, const dryad_graph *graph,
                                    const dryad_roots *roots, dryad_id id, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT((out || wanted == 0) && count && roots && id < graph->count);
  *count = 0;
  if (wanted == 0) return DRYAD_OK;
  dryad_status status = dryad_path_find(out, graph, (dryad_ids){&id, 1}, dryad_roots_ids(roots), true, progress, error);
  if (status) return status;
  dryad_path_turn(out);
  return add_others(out, wanted, count, graph, roots, id, &progress, error);
}

dryad_status dryad_ways_to(dryad_path *out, uint32_t wanted, uint32_t *count, const dryad_graph *graph,
                           const dryad_known_types *known, const dryad_levels *levels, const dryad_roots *roots,
                           dryad_id id, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT((out || wanted == 0) && count && roots && id < graph->count);
  *count = 0;
  if (wanted == 0) return DRYAD_OK;
  dryad_status status = dryad_way_find(out, graph, known, levels, id, progress, error);
  return status ? status : add_others(out, wanted, count, graph, roots, id, &progress, error);
}
