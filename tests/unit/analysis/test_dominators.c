/* SPDX-License-Identifier: MIT */
/* Dominators and retained sizes against removing each object in turn. */
#include "analysis/dominators.h"

#include "analysis/retained.h"
#include "generated.h"
#include "graph/graph.h"
#include "naive.h"

static const dryad_progress none = {0};

/* ---- the naive search --------------------------------------------------------------------------- */

typedef struct naive_dominators {
  uint64_t reachable;
  uint64_t dominated[NAIVE_MOST]; /* by each: the objects that are unreachable without it, itself included */
  dryad_id parents[NAIVE_MOST];
} naive_dominators;

/* The one of these that all the others dominate. */
static dryad_id closest(const naive_dominators *d, uint64_t strict)
{
  dryad_id found = DRYAD_NONE;
  FOR_EACH(id, strict)
  {
    bool is_closest = true;
    FOR_EACH(other, strict) is_closest &= has(d->dominated[other], (unsigned)id);
    if (!is_closest) continue;
    assert_number(found, DRYAD_NONE);
    found = (dryad_id)id;
  }
  return found;
}

static naive_dominators dominate_naively(const naive *n, uint64_t roots)
{
  naive_dominators d = {.reachable = naive_reach(n, roots, n->all)};
  FOR_EACH(id, d.reachable)
  d.dominated[id] = d.reachable & ~naive_reach(n, roots, n->all & ~bit((unsigned)id));
  for (unsigned id = 0; id < n->count; id++) {
    uint64_t strict = 0;
    FOR_EACH(other, d.reachable & ~bit(id))
    {
      if (has(d.dominated[other], id)) strict |= bit((unsigned)other);
    }
    d.parents[id] = closest(&d, strict);
    assert_int_equal(d.parents[id] == DRYAD_NONE, strict == 0);
  }
  return d;
}

static uint64_t retain_naively(const naive *n, uint64_t roots, uint64_t taken)
{
  return naive_reach(n, roots, n->all) & ~naive_reach(n, roots, n->all & ~taken);
}

/* ---- comparing ---------------------------------------------------------------------------------- */

static void assert_children(const dryad_dominators *actual, const naive *n, const naive_dominators *d, dryad_id parent)
{
  uint64_t children = 0;
  for (unsigned id = 0; id < n->count; id++)
    if (has(d->reachable, id) && d->parents[id] == parent) children |= bit(id);
  assert_set(dryad_dominators_children(actual, parent), children);
}

static void assert_dominators(const dryad_dominators *actual, const naive *n, uint64_t roots)
{
  naive_dominators d = dominate_naively(n, roots);
  assert_number(dryad_dominators_reachable_count(actual), count_of(d.reachable));
  assert_number(dryad_dominators_reachable_size(actual), naive_bytes(n, d.reachable));
  for (unsigned id = 0; id < n->count; id++) {
    assert_number(dryad_dominators_parent(actual, id), d.parents[id]);
    assert_number(dryad_dominators_retained(actual, id), naive_bytes(n, d.dominated[id]));
    assert_children(actual, n, &d, id);
  }
  assert_children(actual, n, &d, DRYAD_NONE);
  for (unsigned step = 1; step < 4; step++) { /* ascending ids, near one another and farther, and back to the first */
    uint32_t place = 0;
    for (unsigned i = 0; i < 2 * n->count; i += step) {
      const dryad_ids near = dryad_dominators_children_near(actual, i % n->count, &place);
      const dryad_ids expected = dryad_dominators_children(actual, i % n->count);
      assert_number(near.count, expected.count);
      if (near.count) assert_ptr_equal(near.ids, expected.ids);
    }
  }
  dryad_id *ids;
  uint64_t count;
  assert_int_equal(dryad_dominators_unreachable(actual, n->graph, &ids, &count, NULL), DRYAD_OK);
  assert_set((dryad_ids){ids, count}, n->all & ~d.reachable);
  dryad_free(n->graph->allocator, ids, count, sizeof *ids);
}

static const dryad_roots *roots_of(dryad_heap *heap)
{
  const dryad_roots *roots;
  assert_int_equal(dryad_heap_roots(heap, &roots, none, NULL), DRYAD_OK);
  return roots;
}

static const dryad_dominators *dominators_of(dryad_heap *heap)
{
  const dryad_dominators *dominators;
  assert_int_equal(dryad_heap_dominators(heap, &dominators, none, NULL), DRYAD_OK);
  return dominators;
}

static uint64_t retained_size(dryad_heap *heap, const dryad_id *ids, uint64_t count)
{
  uint64_t size = 77;
  assert_int_equal(dryad_heap_retained_size(heap, ids, count, &size, none, NULL), DRYAD_OK);
  return size;
}

/* The heap's dominators of its current graph and roots. */
static void assert_heap(dryad_heap *heap)
{
  naive n = naive_of(dryad_heap_graph(heap));
  assert_dominators(dominators_of(heap), &n, naive_set(&n, dryad_roots_ids(roots_of(heap))));
}

/* ---- random graphs ------------------------------------------------------------------------------ */

static void check_settled(dryad_heap *heap, uint64_t *seed)
{
  naive n = naive_of(dryad_heap_graph(heap));
  uint64_t roots = naive_set(&n, dryad_roots_ids(roots_of(heap)));
  assert_dominators(dominators_of(heap), &n, roots);
  for (int list = 0; list < 2; list++) {
    dryad_id ids[12];
    unsigned count = random_ids(seed, n.graph, ids, 12);
    uint64_t expected = retain_naively(&n, roots, naive_set(&n, (dryad_ids){ids, count}));
    assert_number(retained_size(heap, ids, count), naive_bytes(&n, expected));
  }
}

/* Each once, in any order. */
static void assert_retained_set(const naive *n, const dryad_roots *roots, const dryad_id *ids, uint64_t count)
{
  uint64_t root_set = naive_set(n, dryad_roots_ids(roots)), taken = naive_set(n, (dryad_ids){ids, count});
  uint64_t expected = retain_naively(n, root_set, taken), found_count = 77, size = 77;
  dryad_id *found;
  assert_int_equal(dryad_retained_set(n->graph, roots, ids, count, &found, &found_count, &size, none, NULL), DRYAD_OK);
  assert_number(found_count, count_of(expected));
  assert_number(naive_set(n, (dryad_ids){found, found_count}), expected);
  assert_number(size, naive_bytes(n, expected));
  dryad_free(n->graph->allocator, found, found_count, sizeof *found);
}

enum { TYPES = 16 };

static void assert_retained_by_type(const naive *n, const dryad_roots *roots, const dryad_dominators *dominators,
                                    dryad_ids ids)
{
  naive_dominators d = dominate_naively(n, naive_set(n, dryad_roots_ids(roots)));
  dryad_retained_row rows[TYPES] = {{0}}, expected[TYPES] = {{0}};
  assert_in_range(dryad_graph_type_count(n->graph), 1, TYPES);
  for (uint64_t i = 0; i < ids.count; i++) {
    if (ids.ids[i] >= n->count) continue;
    dryad_retained_row *row = &expected[dryad_graph_type(n->graph, ids.ids[i])];
    row->count++;
    row->size = add_clamped(row->size, dryad_graph_size(n->graph, ids.ids[i]));
    row->retained = add_clamped(row->retained, naive_bytes(n, d.dominated[ids.ids[i]]));
  }
  dryad_retained_by_type(rows, n->graph, dominators, ids);
  for (unsigned t = 0; t < TYPES; t++) {
    assert_number(rows[t].count, expected[t].count);
    assert_number(rows[t].size, expected[t].size);
    assert_number(rows[t].retained, expected[t].retained);
  }
}

static void check_given(const dryad_graph *g, uint64_t *seed)
{
  naive n = naive_of(g);
  dryad_id ids[12];
  unsigned count = random_ids(seed, g, ids, 6);
  uint64_t given = naive_set(&n, (dryad_ids){ids, count});
  dryad_roots *roots;
  dryad_dominators *dominators;
  assert_int_equal(dryad_roots_give(&roots, g, ids, count, NULL), DRYAD_OK);
  assert_int_equal(dryad_dominators_new(&dominators, g, roots, none, NULL), DRYAD_OK);
  assert_dominators(dominators, &n, given);
  count = random_ids(seed, g, ids, 12);
  assert_retained_set(&n, roots, ids, count);
  assert_retained_by_type(&n, roots, dominators, (dryad_ids){ids, count});
  dryad_dominators_free(dominators);
  dryad_roots_free(roots);
}

static void ten_thousand_graphs_from_settled_and_from_given_roots(void **state)
{
  (void)state;
  uint64_t seed = 60;
  for (int round = 0; round < 10000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    check_settled(heap, &seed);
    check_given(dryad_heap_graph(heap), &seed);
    dryad_heap_free(heap);
  }
}

static void every_change_of_a_heap_has_its_dominators(void **state)
{
  (void)state;
  uint64_t seed = 61;
  unsigned garbage = 0;
  for (int round = 0; round < 1000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    dryad_id ids[6];
    assert_heap(heap);
    assert_int_equal(dryad_heap_remove_expensive_references(heap, NULL, none, NULL), DRYAD_OK);
    assert_heap(heap);
    garbage += dryad_dominators_reachable_count(dominators_of(heap)) < dryad_graph_count(dryad_heap_graph(heap));
    assert_int_equal(dryad_heap_collapse(heap, NULL, none, NULL), DRYAD_OK);
    assert_heap(heap);
    assert_int_equal(dryad_heap_set_roots(heap, ids, random_ids(&seed, dryad_heap_graph(heap), ids, 6), NULL),
                     DRYAD_OK);
    assert_heap(heap);
    while (dryad_heap_undo(heap)) assert_heap(heap);
    assert_int_equal(dryad_heap_set_roots(heap, NULL, 0, NULL), DRYAD_OK);
    assert_heap(heap);
    dryad_heap_free(heap);
  }
  assert_true(garbage > 50);
}

/* ---- by hand ------------------------------------------------------------------------------------ */

static void a_diamond_below_a_module(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("module 1 2; list 3; list 3; dict 4; str");
  const dryad_dominators *d = dominators_of(heap);
  const dryad_id parents[] = {DRYAD_NONE, 0, 0, 0, 3}, both[] = {1, 2};
  const uint64_t retained[] = {1 + 2 + 4 + 8 + 16, 2, 4, 8 + 16, 16};
  for (dryad_id id = 0; id < 5; id++) {
    assert_number(dryad_dominators_parent(d, id), parents[id]);
    assert_number(dryad_dominators_retained(d, id), retained[id]);
    assert_number(retained_size(heap, &id, 1), retained[id]);
  }
  assert_set(dryad_dominators_children(d, 0), bit(1) | bit(2) | bit(3));
  assert_set(dryad_dominators_children(d, 1), 0);
  assert_set(dryad_dominators_children(d, DRYAD_NONE), bit(0));
  assert_number(retained_size(heap, both, 2), 2 + 4 + 8 + 16);
  assert_number(retained_size(heap, both, 0), 0);
  dryad_heap_free(heap);
}

static void what_two_roots_share_is_dominated_by_none(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("module 2; module 2; dict 3 0; str");
  const dryad_dominators *d = dominators_of(heap);
  assert_number(dryad_dominators_parent(d, 2), DRYAD_NONE);
  assert_number(dryad_dominators_parent(d, 3), 2);
  assert_set(dryad_dominators_children(d, DRYAD_NONE), bit(0) | bit(1) | bit(2));
  assert_number(dryad_dominators_retained(d, 0), 1);
  assert_number(dryad_dominators_retained(d, 1), 2);
  assert_number(dryad_dominators_retained(d, 2), 4 + 8);
  dryad_heap_free(heap);
}

static void what_roots_do_not_reach_retains_nothing(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1; list 2; list 3; list");
  const dryad_id root = 2, ids[] = {0, 1, 3, 3};
  assert_int_equal(dryad_heap_set_roots(heap, &root, 1, NULL), DRYAD_OK);
  const dryad_dominators *d = dominators_of(heap);
  assert_number(dryad_dominators_parent(d, 1), DRYAD_NONE);
  assert_number(dryad_dominators_retained(d, 0), 0);
  assert_set(dryad_dominators_children(d, DRYAD_NONE), bit(2));
  assert_set(dryad_dominators_children(d, 0), 0);
  assert_number(dryad_dominators_reachable_count(d), 2);
  assert_number(dryad_dominators_reachable_size(d), 4 + 8);
  assert_number(retained_size(heap, ids, 4), 8);
  dryad_heap_free(heap);
}

/* 2^62 bytes each, except the last two, which are small. */
static void sizes_are_clamped_only_where_they_are_too_large(void **state)
{
  (void)state;
  const dump_text t =
      text_of("{\"address\": 0, \"type\": \"module\", \"size\": 4611686018427387904, \"refs\": [1, 2, 3]}\n"
              "{\"address\": 1, \"type\": \"list\", \"size\": 4611686018427387904, \"refs\": [4]}\n"
              "{\"address\": 2, \"type\": \"list\", \"size\": 4611686018427387904, \"refs\": [4]}\n"
              "{\"address\": 3, \"type\": \"list\", \"size\": 5, \"refs\": []}\n"
              "{\"address\": 4, \"type\": \"list\", \"size\": 7, \"refs\": []}\n");
  const uint64_t large = UINT64_C(1) << 62;
  const uint64_t expected[] = {INT64_MAX, large, large, 5, 7};
  const dryad_id all[] = {0, 1, 2, 3, 4}, last[] = {3, 4}, pair[] = {1, 2};
  dryad_heap *heap = load_raw(&t);
  const dryad_dominators *d = dominators_of(heap);
  assert_number(dryad_dominators_reachable_size(d), INT64_MAX);
  for (dryad_id id = 0; id < 5; id++) {
    assert_number(dryad_dominators_retained(d, id), expected[id]);
    assert_number(retained_size(heap, &id, 1), expected[id]);
  }
  assert_number(retained_size(heap, all, 5), INT64_MAX);
  assert_number(retained_size(heap, pair, 2), INT64_MAX);
  assert_number(retained_size(heap, last, 2), 12);
  dryad_heap_free(heap);
}

/* ---- millions ----------------------------------------------------------------------------------- */

/* Each is dominated by the one before, whatever else it refers to. */
static void assert_chain(write_piece write, unsigned length)
{
  dryad_heap *heap = load_generated(write, length, NULL);
  const dryad_dominators *d = dominators_of(heap);
  uint64_t retained = 0;
  for (dryad_id id = length; id-- > 0;) {
    retained += generated_size(id);
    assert_number(dryad_dominators_retained(d, id), retained);
    assert_number(dryad_dominators_parent(d, id), id ? id - 1 : DRYAD_NONE);
    if (id % 100 && id != length - 1) continue;
    dryad_ids children = dryad_dominators_children(d, id);
    assert_number(children.count, id + 1 < length);
    if (children.count) assert_number(children.ids[0], id + 1);
  }
  const dryad_id ends[] = {length - 1, length - 2};
  assert_number(dryad_dominators_reachable_count(d), length);
  assert_number(dryad_dominators_reachable_size(d), retained);
  assert_number(retained_size(heap, ends, 2), generated_size(ends[0]) + generated_size(ends[1]));
  dryad_heap_free(heap);
}

static void long_chains(void **state)
{
  (void)state;
  assert_chain(write_chain, FIVE_MILLION);
  assert_chain(write_lasso, A_MILLION);
  assert_chain(write_ladder, A_MILLION);
}

static void a_star_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_star, A_MILLION, NULL);
  const dryad_dominators *d = dominators_of(heap);
  dryad_ids children = dryad_dominators_children(d, 0);
  const dryad_id center = 0;
  uint64_t all = generated_size(0);
  assert_number(children.count, A_MILLION - 1);
  for (dryad_id id = 1; id < A_MILLION; id++) {
    assert_number(children.ids[id - 1], id);
    assert_number(dryad_dominators_parent(d, id), 0);
    assert_number(dryad_dominators_retained(d, id), generated_size(id));
    all += generated_size(id);
  }
  assert_number(dryad_dominators_retained(d, 0), all);
  assert_number(dryad_dominators_parent(d, 0), DRYAD_NONE);
  assert_number(retained_size(heap, &center, 1), all);
  dryad_heap_free(heap);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_roots *give_second(const dryad_graph *g)
{
  const dryad_id root = 1;
  dryad_roots *roots;
  assert_int_equal(dryad_roots_give(&roots, g, &root, 1, NULL), DRYAD_OK);
  return roots;
}

static dryad_status dominate(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  dryad_roots *roots = give_second(dryad_heap_graph(heap));
  dryad_dominators *dominators;
  dryad_status status = dryad_dominators_new(&dominators, dryad_heap_graph(heap), roots, progress, error);
  if (status)
    assert_null(dominators);
  else
    assert_in_range(dryad_dominators_reachable_count(dominators), SOME - 1, SOME);
  dryad_dominators_free(dominators);
  dryad_roots_free(roots);
  return status;
}

static dryad_status retain(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  dryad_roots *roots = give_second(dryad_heap_graph(heap));
  const dryad_id last = SOME - 1;
  uint64_t size = 77, count = 0;
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids = NULL;
  dryad_status status = dryad_retained_set(g, roots, &last, 1, &ids, &count, &size, progress, error);
  assert_number(size, status ? 0 : generated_size(last));
  if (status)
    assert_null(ids);
  else
    dryad_free(g->allocator, ids, count, sizeof *ids);
  dryad_roots_free(roots);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, dominate);
  assert_cancellable(write_star, retain);
}

static void cancelled_however_narrow_the_graph(void **state)
{
  (void)state;
  assert_cancellable(write_lasso, dominate);
  assert_cancellable(write_lasso, retain);
}

static void a_heap_finds_its_dominators_once_unless_that_was_cancelled(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_ladder, SOME, NULL);
  for (unsigned call = 1; call < 4; call++) {
    const dryad_dominators *d = NULL;
    told t = {.cancel_at = call};
    dryad_error error = {0};
    assert_int_equal(dryad_heap_dominators(heap, &d, (dryad_progress){tell, &t}, &error), DRYAD_CANCELLED);
    assert_int_equal(error.status, DRYAD_CANCELLED);
    assert_null(d);
  }
  const dryad_dominators *found = dominators_of(heap);
  assert_number(dryad_dominators_reachable_count(found), SOME);
  assert_ptr_equal(dominators_of(heap), found);
  dryad_heap_free(heap);
}

/* Requests the same result while it is being computed. */
static bool ask_meanwhile(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)stage, (void)done, (void)total;
  dominators_of(context);
  return true;
}

static void a_progress_callback_may_ask_for_the_same(void **state)
{
  (void)state;
  for (int are_roots_known = 0; are_roots_known < 2; are_roots_known++) {
    ledger l = {0};
    const dryad_allocator allocator = {ledger_resize, &l};
    dryad_heap *heap = load_generated(write_star, SOME, &allocator);
    const dryad_dominators *d;
    if (are_roots_known) roots_of(heap);
    assert_int_equal(dryad_heap_dominators(heap, &d, (dryad_progress){ask_meanwhile, heap}, NULL), DRYAD_OK);
    assert_ptr_equal(dominators_of(heap), d);
    assert_number(dryad_dominators_reachable_count(d), SOME);
    dryad_heap_free(heap);
    assert_int_equal(l.blocks, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ten_thousand_graphs_from_settled_and_from_given_roots),
      cmocka_unit_test(every_change_of_a_heap_has_its_dominators),
      cmocka_unit_test(a_diamond_below_a_module),
      cmocka_unit_test(what_two_roots_share_is_dominated_by_none),
      cmocka_unit_test(what_roots_do_not_reach_retains_nothing),
      cmocka_unit_test(sizes_are_clamped_only_where_they_are_too_large),
      cmocka_unit_test(long_chains),
      cmocka_unit_test(a_star_of_a_million),
      cmocka_unit_test(cancelled_at_every_call),
      cmocka_unit_test(cancelled_however_narrow_the_graph),
      cmocka_unit_test(a_heap_finds_its_dominators_once_unless_that_was_cancelled),
      cmocka_unit_test(a_progress_callback_may_ask_for_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
