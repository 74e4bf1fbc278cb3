/* SPDX-License-Identifier: MIT */
/* Strongly connected components against reachability matrices, and on heaps deeper than a recursion could go. */
#include "analysis/components.h"

#include "generated.h"
#include "graph/graph.h"
#include "naive_roots.h"

static dryad_components find(const dryad_graph *g, dryad_ids objects)
{
  dryad_components found;
  assert_int_equal(dryad_components_find(&found, g, objects, none, NULL), DRYAD_OK);
  return found;
}

/* The references among `allowed` alone. */
static naive restricted(const dryad_graph *g, uint64_t allowed)
{
  naive n = naive_of(g);
  for (unsigned id = 0; id < n.count; id++) n.refs[id] = has(allowed, id) ? n.refs[id] & allowed : 0;
  return n;
}

static void check(const dryad_graph *g, dryad_ids objects)
{
  uint64_t closure[NAIVE_MOST], done = 0, allowed;
  dryad_components found = find(g, objects);
  naive n = naive_of(g);
  allowed = naive_set(&n, objects);
  n = restricted(g, allowed);
  close_transitively(&n, closure);
  assert_number(found.id_count, count_of(allowed));
  for (uint32_t i = 0; i < found.count; i++) {
    dryad_ids component = dryad_component(&found, i);
    uint64_t set = naive_set(&n, component), expected = 0;
    assert_number(count_of(set), component.count);
    assert_true(component.count > 0 && (set & done) == 0);
    FOR_EACH(id, allowed)
    if (has(closure[id], component.ids[0]) && has(closure[component.ids[0]], (unsigned)id))
      expected |= bit((unsigned)id);
    assert_number(set, expected);
    done |= set;
    assert_number(closure[component.ids[0]] & ~done, 0); /* each comes after what it refers to */
  }
  assert_number(done, allowed);
  dryad_components_deinit(&found);
  dryad_components_deinit(&found);
}

static void components_are_those_of_the_matrix(void **state)
{
  (void)state;
  uint64_t seed = 51;
  for (int round = 0; round < 5000; round++) {
    dryad_id ids[NAIVE_MOST];
    dryad_heap *heap = load_random_graph(&seed, 40);
    const dryad_graph *g = dryad_heap_graph(heap);
    check(g, (dryad_ids){ids, random_ids(&seed, g, ids, NAIVE_MOST)});
    for (dryad_id id = 0; id < dryad_graph_count(g); id++) ids[id] = id;
    check(g, (dryad_ids){ids, dryad_graph_count(g)});
    dryad_heap_free(heap);
  }
}

static void references_that_leave_the_objects_do_not_count(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1; list 2; list 0 3; list");
  const dryad_id two[] = {0, 2};
  dryad_components found = find(dryad_heap_graph(heap), (dryad_ids){two, 2});
  assert_number(found.count, 2);
  dryad_components_deinit(&found);
  dryad_heap_free(heap);
}

static void assert_components_of_a_million(write_piece write, uint32_t count)
{
  dryad_heap *heap = load_generated(write, A_MILLION, NULL);
  dryad_id *ids = calloc(A_MILLION, sizeof *ids);
  for (dryad_id id = 0; id < A_MILLION; id++) ids[id] = id;
  dryad_components found = find(dryad_heap_graph(heap), (dryad_ids){ids, A_MILLION});
  assert_number(found.id_count, A_MILLION);
  assert_number(found.count, count);
  dryad_components_deinit(&found);
  free(ids);
  dryad_heap_free(heap);
}

static void millions(void **state)
{
  (void)state;
  assert_components_of_a_million(write_chain, A_MILLION);
  assert_components_of_a_million(write_lasso, 2);
  assert_components_of_a_million(write_ladder, 1);
  assert_components_of_a_million(write_star, 1);
  assert_components_of_a_million(write_pairs, A_MILLION / 2);
}

static dryad_status find_cancellably(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids = calloc(dryad_graph_count(g), sizeof *ids);
  dryad_components found;
  for (dryad_id id = 0; id < dryad_graph_count(g); id++) ids[id] = id;
  dryad_status status = dryad_components_find(&found, g, (dryad_ids){ids, dryad_graph_count(g)}, progress, error);
  dryad_components_deinit(&found);
  free(ids);
  return status;
}

static void can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_pairs, find_cancellably);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(components_are_those_of_the_matrix),
      cmocka_unit_test(references_that_leave_the_objects_do_not_count),
      cmocka_unit_test(millions),
      cmocka_unit_test(can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
