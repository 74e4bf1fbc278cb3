/* SPDX-License-Identifier: MIT */
/* Roots of dumps that state them, against reachability matrices. */
#include "generated.h"
#include "naive_roots.h"

/* Makes a graph that of a dump that states these roots, and a reference count for each of `counted`. */
static void state_roots(const dryad_graph *g, const naive_roots *stated, uint64_t counted)
{
  dryad_graph *graph = (dryad_graph *)(uintptr_t)g;
  dryad_annotations_builder roots;
  dryad_details_builder counts;
  dryad_annotations_builder_init(&roots, g->allocator);
  dryad_details_builder_init(&counts, g->allocator, g->count);
  roots.has_roots = true;
  bool ok = dryad_details_expect(&counts, DRYAD_DETAIL_REFCOUNT, g->count);
  FOR_EACH(id, stated->set) ok &= dryad_annotations_add_root(&roots, (dryad_id)id, false, stated->reasons[id]);
  FOR_EACH(id, counted) dryad_details_add(&counts, DRYAD_DETAIL_REFCOUNT, (dryad_id)id, 1);
  assert_true(ok);
  assert_int_equal(dryad_annotations_finish(&graph->annotations, &roots, NULL), DRYAD_OK);
  assert_int_equal(dryad_details_finish(&graph->details, &counts, NULL), DRYAD_OK);
  dryad_annotations_builder_deinit(&roots);
  dryad_details_builder_deinit(&counts);
}

/* Also the objects without a count that no stated root reaches, if only what they themselves reach can reach them. */
static naive_roots complete_naively(const dryad_graph *g, const naive_roots *stated, uint64_t counted)
{
  naive n = naive_of(g);
  naive_roots r = *stated;
  uint64_t closure[NAIVE_MOST], reached = 0;
  close_transitively(&n, closure);
  FOR_EACH(root, stated->set) reached |= closure[root];
  const uint64_t candidates = n.all & ~reached & ~counted;
  FOR_EACH(id, candidates)
  {
    uint64_t reaching = 0;
    FOR_EACH(from, candidates) if (has(closure[from], (unsigned)id)) reaching |= bit((unsigned)from);
    if (!(reaching & ~closure[id]) && lowest(reaching) == id) add_root(&r, (unsigned)id, DRYAD_ROOT_UNCOUNTED);
  }
  return r;
}

static uint64_t random_set(uint64_t *seed, const dryad_graph *g, unsigned percent)
{
  uint64_t set = 0;
  for (dryad_id id = 0; id < dryad_graph_count(g); id++)
    if (chance(seed, percent)) set |= bit(id);
  return set;
}

static void stated_roots_are_completed_by_objects_without_a_count(void **state)
{
  (void)state;
  uint64_t seed = 56;
  unsigned uncounted = 0, garbage = 0, reached_uncounted = 0;
  for (int round = 0; round < 5000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive n = naive_of(g);
    naive_roots stated = {.set = 0};
    const uint64_t some = random_set(&seed, g, random_below(&seed, 20));
    FOR_EACH(id, some) add_root(&stated, (unsigned)id, DRYAD_ROOT_MODULES + (dryad_root_reason)random_below(&seed, 3));
    uint64_t counted = random_set(&seed, g, 50 + random_below(&seed, 51));
    naive_roots expected = complete_naively(g, &stated, counted);
    state_roots(g, &stated, counted);
    dryad_roots *roots = settle(g);
    assert_roots(roots, g, &expected);
    assert_unreachable(roots, g);
    const uint64_t unreached = n.all & ~naive_reach(&n, expected.set, n.all);
    assert_number(unreached & ~counted, 0);
    uncounted += (expected.set & ~stated.set) != 0;
    garbage += unreached != 0;
    reached_uncounted += (n.all & ~counted & ~expected.set) != 0;
    dryad_roots_free(roots);
    dryad_heap_free(heap);
  }
  assert_true(uncounted > 500 && garbage > 500 && reached_uncounted > 500);
}

/* `objects`: a letter per object: T for a stated root, 1 for an object with a count, a dash for one without. `reasons`:
   Thread, Uncounted, a dot for objects that are not roots. */
static void assert_stated(const char *sketch, const char *objects, const char *reasons)
{
  dryad_heap *heap = load_sketch(sketch);
  const dryad_graph *g = dryad_heap_graph(heap);
  naive_roots stated = {.set = 0}, expected = {.set = 0};
  uint64_t counted = 0;
  assert_number(dryad_graph_count(g), strlen(objects));
  assert_number(strlen(reasons), strlen(objects));
  for (unsigned id = 0; objects[id]; id++) {
    if (objects[id] == 'T') add_root(&stated, id, DRYAD_ROOT_THREAD);
    if (objects[id] == '1') counted |= bit(id);
    if (reasons[id] != '.') add_root(&expected, id, reasons[id] == 'T' ? DRYAD_ROOT_THREAD : DRYAD_ROOT_UNCOUNTED);
  }
  state_roots(g, &stated, counted);
  assert_heap_roots(heap, &expected);
  dryad_heap_free(heap);
}

static void what_only_counted_objects_lead_to_is_garbage(void **state)
{
  (void)state;
  assert_stated("thread 1; list; list 3; list 2", "T111", "T...");
  assert_stated("module; frame; list", "111", "...");
  assert_stated("thread; list 2; type; list", "T1-1", "T.U.");
}

static void the_first_without_a_count_in_each_unreached_part_is_a_root(void **state)
{
  (void)state;
  assert_stated("thread 1; type 2; list", "T-1", "T..");
  assert_stated("thread; list 2; type 3; list 4; type", "T1-1-", "T.U..");
  assert_stated("thread; type 2; list 3; type 1", "T-1-", "TU..");
  assert_stated("thread; type 2; list; type 2", "T-1-", "TU.U");
  assert_stated("thread; type; list 1; type 2; type 1", "T-1--", "T..UU");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stated_roots_are_completed_by_objects_without_a_count),
      cmocka_unit_test(what_only_counted_objects_lead_to_is_garbage),
      cmocka_unit_test(the_first_without_a_count_in_each_unreached_part_is_a_root),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
