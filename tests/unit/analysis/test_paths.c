/* SPDX-License-Identifier: MIT */
/* Shortest paths, and several paths from roots, against all distances at once. */
#include "analysis/paths.h"

#include "analysis/roots.h"
#include "generated.h"
#include "graph/graph.h"
#include "naive.h"

enum { LIST = 8, WANTED = 6, FAR = 1000 };

static const dryad_progress none = {0};

/* ---- the naive search --------------------------------------------------------------------------- */

typedef struct distances {
  unsigned steps[NAIVE_MOST][NAIVE_MOST]; /* FAR: no path */
} distances;

/* Source: R. W. Floyd, "Algorithm 97", 1962. */
static void measure(distances *d, const naive *n)
{
  for (unsigned a = 0; a < n->count; a++)
    for (unsigned b = 0; b < n->count; b++) d->steps[a][b] = a == b ? 0 : has(n->refs[a], b) ? 1 : FAR;
  for (unsigned by = 0; by < n->count; by++)
    for (unsigned a = 0; a < n->count; a++)
      for (unsigned b = 0; b < n->count; b++) {
        unsigned steps = d->steps[a][by] + d->steps[by][b];
        if (steps < d->steps[a][b]) d->steps[a][b] = steps;
      }
}

/* The same heap without some objects. */
static naive without(const naive *n, uint64_t excluded)
{
  naive left = *n;
  for (unsigned id = 0; id < n->count; id++) left.refs[id] = has(excluded, id) ? 0 : n->refs[id] & ~excluded;
  return left;
}

static unsigned steps_between(const distances *d, dryad_id from, dryad_id to, bool reversed)
{
  return reversed ? d->steps[to][from] : d->steps[from][to];
}

/* The steps from an object, or from any of a set, to the nearest of a set. */
static unsigned steps_to_any(const distances *d, dryad_id from, uint64_t to, bool reversed)
{
  unsigned fewest = FAR;
  FOR_EACH(id, to)
  {
    unsigned steps = steps_between(d, from, (dryad_id)id, reversed);
    if (steps < fewest) fewest = steps;
  }
  return fewest;
}

static unsigned steps_from_any(const distances *d, uint64_t from, uint64_t to, bool reversed)
{
  unsigned fewest = FAR;
  FOR_EACH(id, from)
  {
    unsigned steps = steps_to_any(d, (dryad_id)id, to, reversed);
    if (steps < fewest) fewest = steps;
  }
  return fewest;
}

/* ---- valid paths -------------------------------------------------------------------------------- */

static bool refers(const dryad_graph *g, dryad_id from, dryad_id to)
{
  dryad_ids children = dryad_graph_children(g, from);
  for (uint64_t i = 0; i < children.count; i++)
    if (children.ids[i] == to) return true;
  return false;
}

/* Asserts a path from one set to another, each step a reference, no object twice. */
static void assert_leads(const dryad_path *p, const naive *n, uint64_t from, uint64_t to, bool reversed)
{
  uint64_t passed = 0;
  assert_in_range(p->count, 1, n->count);
  assert_true(has(from, p->ids[0]));
  assert_true(has(to, p->ids[p->count - 1]));
  for (uint64_t i = 0; i < p->count; i++) {
    assert_true(p->ids[i] < n->count && !has(passed, p->ids[i]));
    passed |= bit(p->ids[i]);
    if (i > 0)
      assert_true(reversed ? refers(n->graph, p->ids[i], p->ids[i - 1]) : refers(n->graph, p->ids[i - 1], p->ids[i]));
  }
}

static bool same_path(const dryad_path *a, const dryad_path *b)
{
  return a->count == b->count && !memcmp(a->ids, b->ids, a->count * sizeof *a->ids);
}

static void assert_path(const dryad_path *actual, const dryad_path *expected)
{
  assert_number(actual->count, expected->count);
  for (uint64_t i = 0; i < expected->count; i++) assert_number(actual->ids[i], expected->ids[i]);
}

static dryad_path find_path(const dryad_graph *g, dryad_ids from, dryad_ids to, bool reversed)
{
  dryad_path path;
  assert_int_equal(dryad_path_find(&path, g, from, to, reversed, none, NULL), DRYAD_OK);
  return path;
}

static dryad_path path_between(const dryad_graph *g, dryad_id from, dryad_id to, bool reversed)
{
  return find_path(g, (dryad_ids){&from, 1}, (dryad_ids){&to, 1}, reversed);
}

static const dryad_roots *roots_of(dryad_heap *heap)
{
  const dryad_roots *roots;
  assert_int_equal(dryad_heap_roots(heap, &roots, none, NULL), DRYAD_OK);
  return roots;
}

/* ---- from a set to a set ------------------------------------------------------------------------ */

/* Among the shortest paths, the one that takes the first possible start and at each object the first possible
   reference. */
static dryad_path first_naively(const distances *d, const naive *n, dryad_ids from, uint64_t to, bool reversed,
                                dryad_id ids[NAIVE_MOST])
{
  unsigned left = steps_from_any(d, naive_set(n, from), to, reversed);
  dryad_path path = {.ids = ids};
  if (left == FAR) return path;
  for (dryad_ids choices = from;; left--) {
    uint64_t i = 0;
    while (choices.ids[i] >= n->count || steps_to_any(d, choices.ids[i], to, reversed) != left) i++;
    ids[path.count++] = choices.ids[i];
    if (left == 0) return path;
    choices = reversed ? dryad_graph_parents(n->graph, choices.ids[i]) : dryad_graph_children(n->graph, choices.ids[i]);
  }
}

static void check_path(const naive *n, const distances *d, uint64_t *seed)
{
  dryad_id from[LIST], to[LIST], ids[NAIVE_MOST];
  dryad_ids starts = {from, random_ids(seed, n->graph, from, LIST)};
  dryad_ids ends = {to, random_ids(seed, n->graph, to, chance(seed, 50) ? 1 : LIST)};
  uint64_t start_set = naive_set(n, starts), end_set = naive_set(n, ends);
  bool reversed = chance(seed, 50);
  dryad_path path = find_path(n->graph, starts, ends, reversed);
  dryad_path expected = first_naively(d, n, starts, end_set, reversed, ids);
  unsigned steps = steps_from_any(d, start_set, end_set, reversed);
  assert_number(path.count, steps == FAR ? 0 : steps + 1);
  if (path.count) assert_leads(&path, n, start_set, end_set, reversed);
  assert_path(&path, &expected);
  dryad_path_deinit(&path);
  assert_number(path.count, 0);
  dryad_path_deinit(&path);
}

static void the_first_shortest_from_any_of_many_to_the_nearest_of_many(void **state)
{
  (void)state;
  uint64_t seed = 70;
  static distances d;
  for (int round = 0; round < 3000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    naive n = naive_of(dryad_heap_graph(heap));
    measure(&d, &n);
    for (int list = 0; list < 6; list++) check_path(&n, &d, &seed);
    dryad_heap_free(heap);
  }
}

/* The number of objects that a breadth-first search finds at each step until it has found all of a set. */
static void assert_steps(const dryad_steps *steps, const naive *n, const distances *d, uint64_t from, uint64_t to_find,
                         bool reversed)
{
  unsigned counts[NAIVE_MOST] = {0}, last = 0;
  for (unsigned id = 0; id < n->count; id++) {
    unsigned distance = steps_from_any(d, from, bit(id), reversed);
    if (distance != FAR) counts[distance]++;
    if (has(to_find, id) && distance > last) last = distance;
  }
  unsigned expected = 0;
  while (expected < n->count && counts[expected] && expected <= last) expected++;
  assert_number(steps->count, expected);
  for (unsigned i = 0; i < expected; i++) assert_number(((const uint64_t *)steps->counts.data)[i], counts[i]);
}

static void the_objects_found_at_each_step_are_counted(void **state)
{
  (void)state;
  uint64_t seed = 71;
  for (unsigned round = 0; round < 1500; round++) {
    dryad_heap *heap = load_random_graph(&seed, MODEL_OBJECTS);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive all = naive_of(g);
    dryad_id from[LIST], to[LIST], out[LIST];
    dryad_ids starts = {from, random_ids(&seed, g, from, LIST)}, ends = {to, random_ids(&seed, g, to, LIST)};
    dryad_ids excluded = {out, chance(&seed, 50) ? random_ids(&seed, g, out, LIST) : 0};
    uint64_t excluded_set = naive_set(&all, excluded);
    naive n = without(&all, excluded_set);
    uint64_t start_set = naive_set(&n, starts) & ~excluded_set, end_set = naive_set(&n, ends) & ~excluded_set;
    distances d;
    measure(&d, &n);
    bool reversed = chance(&seed, 50);
    dryad_path path;
    dryad_steps steps;
    assert_int_equal(dryad_path_find_in_steps(&path, &steps, g, starts, ends, excluded, reversed, none, NULL),
                     DRYAD_OK);
    uint64_t met = path.count ? bit(path.ids[path.count - 1]) : 0;
    if (met) {
      assert_true(met & end_set);
      assert_leads(&path, &n, start_set, met, reversed);
      assert_steps(&steps, &n, &d, start_set, met, reversed);
    } else {
      uint64_t total = 0, reached = 0;
      for (unsigned id = 0; id < n.count; id++) reached += steps_from_any(&d, start_set, bit(id), reversed) != FAR;
      if (end_set) assert_int_equal(steps_from_any(&d, start_set, end_set, reversed), FAR);
      for (uint64_t i = 0; i < steps.count; i++) total += ((const uint64_t *)steps.counts.data)[i];
      assert_number(total, reached);
    }
    dryad_path_deinit(&path);
    dryad_steps_deinit(&steps);
    dryad_heap_free(heap);
  }
}

static void one_search_finds_a_shortest_path_to_each_of_many(void **state)
{
  (void)state;
  uint64_t seed = 72;
  for (unsigned round = 0; round < 1500; round++) {
    dryad_heap *heap = load_random_graph(&seed, MODEL_OBJECTS);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive all = naive_of(g);
    dryad_id from[LIST], to[LIST], out[LIST];
    dryad_ids starts = {from, random_ids(&seed, g, from, LIST)}, ends = {to, random_ids(&seed, g, to, LIST)};
    dryad_ids excluded = {out, chance(&seed, 50) ? random_ids(&seed, g, out, LIST) : 0};
    uint64_t excluded_set = naive_set(&all, excluded);
    naive n = without(&all, excluded_set);
    uint64_t start_set = naive_set(&n, starts) & ~excluded_set, end_set = naive_set(&n, ends) & ~excluded_set;
    distances d;
    measure(&d, &n);
    bool reversed = chance(&seed, 50);
    dryad_path paths[LIST];
    dryad_steps steps;
    assert_int_equal(dryad_paths_to_each(paths, &steps, g, starts, ends, excluded, reversed, none, NULL), DRYAD_OK);
    for (uint64_t i = 0; i < ends.count; i++) {
      bool is_end = to[i] < n.count && has(end_set, to[i]);
      unsigned distance = is_end ? steps_from_any(&d, start_set, bit(to[i]), reversed) : FAR;
      assert_number(paths[i].count, distance == FAR ? 0 : distance + 1);
      if (paths[i].count) assert_leads(&paths[i], &n, start_set, bit(to[i]), reversed);
      dryad_path_deinit(&paths[i]);
    }
    if (end_set)
      assert_steps(&steps, &n, &d, start_set, end_set, reversed);
    else
      assert_number(steps.count, 0);
    dryad_steps_deinit(&steps);
    dryad_heap_free(heap);
  }
}

static void an_object_is_no_step_from_itself(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1 0; list 0");
  const dryad_graph *g = dryad_heap_graph(heap);
  for (dryad_id id = 0; id < 2; id++) {
    for (int reversed = 0; reversed < 2; reversed++) {
      dryad_path path = path_between(g, id, id, reversed);
      assert_path(&path, &(dryad_path){.count = 1, .ids = &id});
      dryad_path_deinit(&path);
    }
  }
  dryad_heap_free(heap);
}

static void there_is_no_path_against_references_or_to_what_is_not_dumped(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1; list 2; list 3");
  const dryad_graph *g = dryad_heap_graph(heap);
  const struct {
    dryad_id from, to;
    bool reversed;
    uint64_t count;
  } cases[] = {{0, 2, false, 3}, {2, 0, false, 0}, {2, 0, true, 3}, {0, 2, true, 0},
               {0, 3, false, 0}, {3, 2, true, 0},  {3, 3, false, 0}};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    dryad_path path = path_between(g, cases[i].from, cases[i].to, cases[i].reversed);
    assert_number(path.count, cases[i].count);
    dryad_path_deinit(&path);
  }
  const dryad_id id = 0;
  dryad_path path = find_path(g, (dryad_ids){&id, 0}, (dryad_ids){&id, 1}, false);
  assert_number(path.count, 0);
  dryad_path_deinit(&path);
  path = find_path(g, (dryad_ids){&id, 1}, (dryad_ids){&id, 0}, false);
  assert_number(path.count, 0);
  dryad_path_deinit(&path);
  dryad_heap_free(heap);
}

/* ---- several from roots ------------------------------------------------------------------------- */

typedef struct several {
  dryad_path paths[WANTED];
  uint32_t count;
} several;

static several find_several(const dryad_graph *g, const dryad_roots *roots, dryad_id id, uint32_t wanted)
{
  several s = {.count = 77};
  assert_in_range(wanted, 0, WANTED);
  assert_int_equal(dryad_paths_from_roots(s.paths, wanted, &s.count, g, roots, id, none, NULL), DRYAD_OK);
  assert_in_range(s.count, 0, wanted);
  return s;
}

static void forget(several *s)
{
  for (uint32_t i = 0; i < s->count; i++) dryad_path_deinit(&s->paths[i]);
}

static uint64_t objects_of(const dryad_path *p)
{
  uint64_t set = 0;
  for (uint64_t i = 0; i < p->count; i++) set |= bit(p->ids[i]);
  return set;
}

/* The number of shortest paths from roots to an object: the sum over its referrers that are one step nearer. */
static uint64_t count_shortest(const naive *n, const distances *d, uint64_t roots, dryad_id id)
{
  unsigned steps = steps_from_any(d, roots, bit(id), false);
  uint64_t count = 0;
  if (steps == 0) return 1;
  for (dryad_id from = 0; from < n->count; from++)
    if (has(n->refs[from], id) && steps_from_any(d, roots, bit(from), false) + 1 == steps)
      count += count_shortest(n, d, roots, from);
  return count;
}

/* Whether a path that shares only its end with this one is as short. */
static bool has_equal_apart(const naive *n, uint64_t roots, const dryad_path *p)
{
  uint64_t allowed = n->all & ~objects_of(p), reached = roots & allowed;
  dryad_id end = p->ids[p->count - 1];
  for (uint64_t steps = 1; steps < p->count; steps++) {
    uint64_t next = reached;
    FOR_EACH(id, reached)
    {
      if (steps + 1 == p->count && has(n->refs[id], end)) return true;
      next |= n->refs[id] & allowed;
    }
    reached = next;
  }
  return false;
}

static void check_several(const naive *n, const distances *d, const dryad_roots *roots, dryad_id id, uint32_t wanted)
{
  several s = find_several(n->graph, roots, id, wanted);
  uint64_t root_set = naive_set(n, dryad_roots_ids(roots));
  unsigned steps = steps_from_any(d, root_set, bit(id), false);
  if (wanted == 0 || steps == FAR) {
    assert_number(s.count, 0);
    return;
  }
  assert_in_range(s.count, 1, wanted);
  assert_number(s.paths[0].count, steps + 1);
  for (uint32_t i = 0; i < s.count; i++) {
    assert_leads(&s.paths[i], n, root_set, bit(id), false);
    for (uint32_t k = 0; k < i; k++) assert_false(same_path(&s.paths[k], &s.paths[i]));
  }
  if (wanted > 1 && steps > 0) {
    if (count_shortest(n, d, root_set, id) > 1) assert_true(s.count > 1);
    if (has_equal_apart(n, root_set, &s.paths[0])) {
      bool is_apart = false;
      for (uint32_t i = 1; i < s.count; i++)
        is_apart |= (objects_of(&s.paths[0]) & objects_of(&s.paths[i])) == bit(id) && s.paths[i].count == steps + 1;
      assert_true(is_apart);
    }
  }
  forget(&s);
}

static void paths_from_settled_and_from_given_roots(void **state)
{
  (void)state;
  uint64_t seed = 71;
  static distances d;
  for (int round = 0; round < 3000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    naive n = naive_of(dryad_heap_graph(heap));
    dryad_id ids[LIST];
    measure(&d, &n);
    if (chance(&seed, 70)) {
      unsigned count = random_ids(&seed, n.graph, ids, LIST);
      assert_int_equal(dryad_heap_set_roots(heap, ids, count, NULL), DRYAD_OK);
    }
    for (int object = 0; object < 8; object++)
      check_several(&n, &d, roots_of(heap), random_below(&seed, n.count), random_below(&seed, WANTED + 1));
    dryad_heap_free(heap);
  }
}

/* `expected`: the paths that must be found, a digit for each object, in any order except that a shortest one comes
   first. */
static void assert_several(const char *sketch, dryad_id id, uint32_t wanted, const char *const *expected,
                           uint32_t expected_count)
{
  dryad_heap *heap = load_sketch(sketch);
  several s = find_several(dryad_heap_graph(heap), roots_of(heap), id, wanted);
  bool is_found[WANTED] = {false};
  for (uint32_t i = 0; i < s.count; i++) {
    char actual[NAIVE_MOST + 1] = "";
    assert_true(s.paths[i].count >= s.paths[0].count && s.paths[i].count < NAIVE_MOST);
    for (uint64_t k = 0; k < s.paths[i].count; k++) actual[k] = (char)('0' + s.paths[i].ids[k]);
    uint32_t which = 0;
    while (which < expected_count && strcmp(expected[which], actual)) which++;
    if (which == expected_count || is_found[which]) fail_msg("%s is not expected, or not again", actual);
    is_found[which] = true;
  }
  assert_number(s.count, expected_count);
  forget(&s);
  dryad_heap_free(heap);
}

#define ASSERT_SEVERAL(sketch, id, wanted, ...)                                                                        \
  assert_several(sketch, id, wanted, (const char *const[]){__VA_ARGS__},                                               \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void a_dict_and_two_lists_of_a_pool_give_three_paths(void **state)
{
  (void)state;
  static const char sketch[] = "module 1 2; dict 5; dict 3 4; list 5; list 5; Thing";
  ASSERT_SEVERAL(sketch, 5, 3, "015", "0235", "0245");
  ASSERT_SEVERAL(sketch, 5, WANTED, "015", "0235", "0245");
  ASSERT_SEVERAL(sketch, 5, 1, "015");
}

static void two_roots_give_a_path_each(void **state)
{
  (void)state;
  ASSERT_SEVERAL("module 2; frame 2; list", 2, WANTED, "02", "12");
  ASSERT_SEVERAL("module 2; module 3; list 4; list 4; list", 4, 2, "024", "134");
  ASSERT_SEVERAL("module 4; module 2; list 3; list 4; list", 4, 2, "04", "1234");
}

static void a_single_way_is_told_once(void **state)
{
  (void)state;
  ASSERT_SEVERAL("module 1 1; list 2 2 1; list 1 2 0", 2, WANTED, "012");
  ASSERT_SEVERAL("module 1; list", 0, WANTED, "0");
}

static void past_one_holder_paths_keep_apart_on_both_sides(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("module 1 2; list 3; list 3; list 4 5; list 6; list 6; Thing");
  several s = find_several(dryad_heap_graph(heap), roots_of(heap), 6, 2);
  assert_number(s.count, 2);
  assert_number(objects_of(&s.paths[0]) & objects_of(&s.paths[1]), bit(0) | bit(3) | bit(6));
  assert_number(objects_of(&s.paths[0]) | objects_of(&s.paths[1]), bit(7) - 1);
  forget(&s);
  s = find_several(dryad_heap_graph(heap), roots_of(heap), 6, WANTED);
  assert_in_range(s.count, 2, 4);
  for (uint32_t i = 0; i < s.count; i++) assert_true(has(objects_of(&s.paths[i]), 3) && s.paths[i].count == 5);
  forget(&s);
  dryad_heap_free(heap);
}

/* ---- the tree --------------------------------------------------------------------------------- */

/* ---- long paths --------------------------------------------------------------------------------- */

enum { LENGTH = A_MILLION / 5 };

static void assert_counts_up(const dryad_path *p)
{
  assert_number(p->count, LENGTH);
  for (dryad_id id = 0; id < LENGTH; id++) assert_number(p->ids[id], id);
}

static void a_path_through_everything(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_ladder, LENGTH, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  for (int reversed = 0; reversed < 2; reversed++) {
    dryad_path path = path_between(g, 0, LENGTH - 1, reversed);
    assert_counts_up(&path);
    dryad_path_deinit(&path);
  }
  several s = find_several(g, roots_of(heap), LENGTH - 1, 3);
  assert_number(s.count, 1);
  assert_counts_up(&s.paths[0]);
  forget(&s);
  dryad_heap_free(heap);
}

static void across_a_star_of_many(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_star, LENGTH, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id across[] = {LENGTH - 1, 0, 1}, down[] = {0, LENGTH - 1};
  for (int reversed = 0; reversed < 2; reversed++) {
    dryad_path path = path_between(g, across[0], across[2], reversed);
    assert_path(&path, &(dryad_path){.count = 3, .ids = across});
    dryad_path_deinit(&path);
  }
  several s = find_several(g, roots_of(heap), LENGTH - 1, WANTED);
  assert_number(s.count, 1);
  assert_path(&s.paths[0], &(dryad_path){.count = 2, .ids = down});
  forget(&s);
  dryad_heap_free(heap);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_roots *first_as_root(const dryad_graph *g)
{
  const dryad_id root = 0;
  dryad_roots *roots;
  assert_int_equal(dryad_roots_give(&roots, g, &root, 1, NULL), DRYAD_OK);
  return roots;
}

/* Searches for nothing, so that everything is searched. */
static dryad_status search_in_vain(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_id from = 0;
  dryad_path path;
  dryad_status status =
      dryad_path_find(&path, dryad_heap_graph(heap), (dryad_ids){&from, 1}, (dryad_ids){0}, false, progress, error);
  assert_number(path.count, 0);
  assert_null(path.ids);
  return status;
}

static dryad_status find_two(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_roots *roots = first_as_root(g);
  several s = {.count = 77};
  dryad_status status =
      dryad_paths_from_roots(s.paths, 2, &s.count, g, roots, dryad_graph_count(g) - 1, progress, error);
  assert_number(s.count, status ? 0 : 1);
  forget(&s);
  dryad_roots_free(roots);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, search_in_vain);
}

static void cancelled_however_narrow_the_graph(void **state)
{
  (void)state;
  assert_cancellable(write_lasso, search_in_vain);
  assert_cancellable_in(write_lasso, SOME / 2, find_two); /* it searches many times */
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_shortest_from_any_of_many_to_the_nearest_of_many),
      cmocka_unit_test(the_objects_found_at_each_step_are_counted),
      cmocka_unit_test(one_search_finds_a_shortest_path_to_each_of_many),
      cmocka_unit_test(an_object_is_no_step_from_itself),
      cmocka_unit_test(there_is_no_path_against_references_or_to_what_is_not_dumped),
      cmocka_unit_test(paths_from_settled_and_from_given_roots),
      cmocka_unit_test(a_dict_and_two_lists_of_a_pool_give_three_paths),
      cmocka_unit_test(two_roots_give_a_path_each),
      cmocka_unit_test(a_single_way_is_told_once),
      cmocka_unit_test(past_one_holder_paths_keep_apart_on_both_sides),
      cmocka_unit_test(a_path_through_everything),
      cmocka_unit_test(across_a_star_of_many),
      cmocka_unit_test(cancelled_at_every_call),
      cmocka_unit_test(cancelled_however_narrow_the_graph),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
