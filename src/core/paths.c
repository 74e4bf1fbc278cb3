/*
 * Shortest paths: between sets, and several from roots to one object. The latter are searched for backwards with a
 * bucket queue; what earlier paths passed costs more, so that later ones keep apart while that is cheap.
 * Sources: R. B. Dial, "Algorithm 360", 1969; the penalties after V. Akgün, E. Erkut and R. Batta, 2000.
 */
#include <string.h>

#include "core/error.h"
#include "core/flood.h"
#include "core/graph.h"
#include "core/progress.h"
#include "core/roots.h"

static const char stage[] = "finding paths";

void dryad_path_deinit(dryad_path *path)
{
  if (path->ids) dryad_free(path->allocator, path->ids, path->count, sizeof *path->ids);
  *path = (dryad_path){0};
}

/* The path that leads from `end` over `next` to the object that is its own next. */
static dryad_status follow(dryad_path *out, const dryad_graph *graph, const dryad_id *next, dryad_id end,
                           dryad_error *error)
{
  uint64_t count = 1;
  for (dryad_id id = end; next[id] != id; id = next[id]) count++;
  dryad_id *ids = dryad_alloc(graph->allocator, count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  *out = (dryad_path){graph->allocator, count, ids};
  for (dryad_id id = end; count-- > 0; id = next[id]) *ids++ = id;
  return DRYAD_OK;
}

/* ---- from a set to a set ------------------------------------------------------------------------- */

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

/* The first of `targets` that is found, step by step; DRYAD_NONE: none. */
static dryad_status meet(dryad_flood *flood, const dryad_bits *targets, dryad_id *met, const dryad_progress *progress,
                         dryad_error *error)
{
  uint32_t looked = 0, told = 0;
  *met = DRYAD_NONE;
  do {
    for (; looked < flood->found; looked++) {
      if (!dryad_bits_get(targets, flood->order[looked])) continue;
      *met = flood->order[looked];
      return DRYAD_OK;
    }
    if (looked - told >= OBJECTS_BETWEEN_TELLING) {
      told = looked;
      if (dryad_progress_tell(progress, stage, looked, flood->graph->count)) return dryad_fail_cancelled(error);
    }
  } while (dryad_flood_step(flood));
  return DRYAD_OK;
}

static void turn(dryad_path *path)
{
  for (uint64_t i = 0; i < path->count / 2; i++) {
    dryad_id id = path->ids[i];
    path->ids[i] = path->ids[path->count - 1 - i];
    path->ids[path->count - 1 - i] = id;
  }
}

dryad_status dryad_path_find(dryad_path *out, const dryad_graph *graph, dryad_ids from, dryad_ids to, bool reversed,
                             dryad_progress progress, dryad_error *error)
{
  dryad_flood flood;
  dryad_bits targets;
  dryad_id met = DRYAD_NONE;
  *out = (dryad_path){0};
  if (!dryad_flood_init(&flood, graph, reversed)) return dryad_fail_memory(error);
  flood.parents = dryad_alloc(graph->allocator, graph->count, sizeof *flood.parents);
  bool ok = dryad_bits_init(&targets, graph->allocator, graph->count) && flood.parents;
  dryad_status status = ok ? DRYAD_OK : dryad_fail_memory(error);
  if (ok) {
    for (uint64_t i = 0; i < to.count; i++)
      if (to.ids[i] < graph->count) dryad_bits_set(&targets, to.ids[i]);
    for (uint64_t i = 0; i < from.count; i++) dryad_flood_add(&flood, from.ids[i]);
    status = meet(&flood, &targets, &met, &progress, error);
  }
  if (!status && met != DRYAD_NONE) status = follow(out, graph, flood.parents, met, error);
  turn(out);
  dryad_free(graph->allocator, flood.parents, graph->count, sizeof *flood.parents);
  dryad_bits_deinit(&targets);
  dryad_flood_deinit(&flood);
  return status;
}

/* ---- several from roots to one ------------------------------------------------------------------- */

/* What another pass through an object costs beyond its step, through the root a path starts at, and by a reference
   that a path has taken. */
enum { PASS_PENALTY = 3, START_PENALTY = 1, REFERENCE_PENALTY = 3, MOST_PASSES = 8 };
enum { DEAREST_STEP = 1 + PASS_PENALTY * MOST_PASSES + REFERENCE_PENALTY, BUCKETS = DEAREST_STEP + 1 };
/* Searches beyond the number of paths that are wanted, since some find one again. */
enum { MORE_TRIES = 2 };
/* A path with more steps than twice the shortest has, and these, says nothing. */
enum { SLACK = 4 };

typedef struct bucket {
  dryad_column ids; /* dryad_id[count] */
  uint64_t count;
} bucket;

typedef struct search {
  const dryad_graph *graph;
  const dryad_progress *progress;
  dryad_id target;
  dryad_bits roots;
  uint32_t *costs;       /* by id: of the way to the target, and one; 0: not met */
  dryad_id *next;        /* by id: the step towards the target, of the target itself */
  unsigned char *passes; /* by id: how many paths found so far pass, at most MOST_PASSES */
  dryad_id *met;         /* met_count: those whose costs are set */
  uint32_t met_count;
  dryad_path *found; /* found_count: the paths so far; the caller's */
  uint32_t found_count;
  bucket buckets[BUCKETS]; /* by cost modulo BUCKETS */
} search;

static void search_deinit(search *s)
{
  const dryad_allocator *allocator = s->graph->allocator;
  uint64_t count = s->graph->count;
  dryad_bits_deinit(&s->roots);
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

static bool is_taken(const search *s, dryad_id from, dryad_id to)
{
  for (uint32_t p = 0; p < s->found_count; p++)
    for (uint64_t i = 0; i + 1 < s->found[p].count; i++)
      if (s->found[p].ids[i] == from && s->found[p].ids[i + 1] == to) return true;
  return false;
}

static uint32_t step_cost(const search *s, dryad_id from, dryad_id to, bool is_root)
{
  uint32_t passes = s->passes[from];
  if (passes == 0) return 1;
  return 1 + passes * (is_root ? START_PENALTY : PASS_PENALTY) + (is_taken(s, from, to) ? REFERENCE_PENALTY : 0);
}

/* Meets the referrers of an object; what costs no less than the cheapest root met so far is not worth meeting. */
static bool meet_referrers(search *s, dryad_id id, uint32_t cost, uint32_t *cheapest)
{
  dryad_ids referrers = dryad_parents(s->graph, id);
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

/* The cheapest root to start from, whose way `next` then has; DRYAD_NONE: no root leads there. */
static dryad_status find_start(search *s, dryad_id *start, dryad_error *error)
{
  uint32_t cost = 0, empty = 0, cheapest = UINT32_MAX, told = 0;
  *start = DRYAD_NONE;
  if (!meet_at(s, s->target, s->target, 0)) return dryad_fail_memory(error);
  for (; empty < BUCKETS; cost++) {
    bucket *at = &s->buckets[cost % BUCKETS];
    empty = at->count ? 0 : empty + 1;
    for (uint64_t i = 0; i < at->count; i++) {
      dryad_id id = ((const dryad_id *)at->ids.data)[i];
      if (s->costs[id] != cost + 1) continue;
      if (dryad_bits_get(&s->roots, id)) {
        *start = id;
        return DRYAD_OK;
      }
      if (!meet_referrers(s, id, cost, &cheapest)) return dryad_fail_memory(error);
    }
    at->count = 0;
    if (s->met_count - told >= OBJECTS_BETWEEN_TELLING) {
      told = s->met_count;
      if (dryad_progress_tell(s->progress, stage, told, s->graph->count)) return dryad_fail_cancelled(error);
    }
  }
  return DRYAD_OK;
}

static bool same_path(const dryad_path *a, const dryad_path *b)
{
  return a->count == b->count && memcmp(a->ids, b->ids, a->count * sizeof *a->ids) == 0;
}

/* Adds the path, unless it is there already or too long, and makes passing its way dearer. */
static void keep(search *s, dryad_path *path)
{
  bool is_wanted = s->found_count == 0 || path->count <= 2 * s->found[0].count + SLACK;
  for (uint32_t i = 0; i < s->found_count; i++) is_wanted &= !same_path(&s->found[i], path);
  for (uint64_t i = 0; i + 1 < path->count; i++) {
    unsigned char *passes = &s->passes[path->ids[i]];
    if (*passes < MOST_PASSES) ++*passes;
  }
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

dryad_status dryad_paths_from_roots(dryad_path *out, uint32_t wanted, uint32_t *count, const dryad_graph *graph,
                                    const dryad_roots *roots, dryad_id id, dryad_progress progress, dryad_error *error)
{
  search s = {.graph = graph, .progress = &progress, .target = id, .found = out};
  dryad_status status = search_init(&s, graph, roots) ? DRYAD_OK : dryad_fail_memory(error);
  for (uint64_t tries = 0; tries < (uint64_t)wanted + MORE_TRIES && s.found_count < wanted && !status; tries++) {
    dryad_id start;
    dryad_path path;
    status = find_start(&s, &start, error);
    if (status || start == DRYAD_NONE) break;
    status = follow(&path, graph, s.next, start, error);
    if (status) break;
    forget(&s);
    keep(&s, &path);
    if (start == id) break;
  }
  search_deinit(&s);
  if (status)
    while (s.found_count > 0) dryad_path_deinit(&out[--s.found_count]);
  sort_by_length(out, s.found_count);
  *count = s.found_count;
  return status;
}
