/* SPDX-License-Identifier: MIT */
/* Parents against a naive search, on one thread and on several. */
#include "graph/invert.h"

#include "testing.h"

typedef struct edges {
  uint32_t count; /* objects; ids from there on are dangling */
  uint32_t missing;
  uint32_t *starts; /* count + 1 */
  dryad_id *children;
} edges;

static edges random_edges(uint64_t *seed, uint32_t count, uint32_t max_refs)
{
  edges e = {.count = count, .missing = random_below(seed, 5)};
  e.starts = calloc(count + 1, sizeof *e.starts);
  e.children = calloc((uint64_t)count * max_refs + 1, sizeof *e.children);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t refs = random_below(seed, max_refs + 1);
    e.starts[i + 1] = e.starts[i] + refs;
    for (uint32_t r = 0; r < refs; r++) {
      dryad_id child = chance(seed, 30) ? i : random_below(seed, count + e.missing);
      e.children[e.starts[i] + r] = r && chance(seed, 30) ? e.children[e.starts[i]] : child;
    }
  }
  return e;
}

static void edges_free(edges *e)
{
  free(e->starts);
  free(e->children);
}

static dryad_graph *graph_of(const edges *e)
{
  dryad_store *store = dryad_store_new(NULL);
  dryad_graph *graph = dryad_graph_new(NULL, store);
  dryad_store_release(store);
  graph->count = e->count;
  graph->missing = e->missing;
  graph->ref_count = e->starts[e->count];
  assert_true(dryad_offsets_init(&graph->child_offsets, NULL, e->count));
  for (uint32_t i = 0; i <= e->count; i++) assert_true(dryad_offsets_set(&graph->child_offsets, NULL, i, e->starts[i]));
  graph->children = dryad_array_new(NULL, graph->ref_count, sizeof(dryad_id));
  memcpy(graph->children->data, e->children, graph->ref_count * sizeof(dryad_id));
  return graph;
}

static bool refers(const edges *e, dryad_id parent, dryad_id child)
{
  for (uint32_t r = e->starts[parent]; r < e->starts[parent + 1]; r++)
    if (e->children[r] == child) return true;
  return false;
}

static void check(const edges *e, unsigned threads)
{
  dryad_graph *graph = graph_of(e);
  uint64_t total = 0;
  assert_int_equal(dryad_invert(graph, threads, NULL, NULL), DRYAD_OK);
  for (dryad_id child = 0; child < e->count; child++) {
    dryad_ids parents = dryad_graph_parents(graph, child);
    uint64_t n = 0;
    for (dryad_id parent = 0; parent < e->count; parent++) {
      if (!refers(e, parent, child)) continue;
      assert_true(n < parents.count);
      assert_number(parents.ids[n++], parent);
    }
    assert_number(parents.count, n);
    total += n;
  }
  assert_number(graph->parents->count, total);
  dryad_graph_release(graph);
}

static void random_graphs_on_every_number_of_threads(void **state)
{
  (void)state;
  uint64_t seed = 17;
  for (int round = 0; round < 400; round++) {
    edges e = random_edges(&seed, 1 + random_below(&seed, round % 40 ? 25 : 400), 1 + random_below(&seed, 9));
    check(&e, 1 + random_below(&seed, 9));
    edges_free(&e);
  }
}

static void an_object_that_holds_nearly_all_references(void **state)
{
  (void)state;
  enum { COUNT = 500 };
  for (dryad_id holder = 0; holder < COUNT; holder += 123) {
    edges e = {.count = COUNT};
    e.starts = calloc(COUNT + 1, sizeof *e.starts);
    e.children = calloc(COUNT + 2, sizeof *e.children);
    for (uint32_t i = 0; i <= COUNT; i++) e.starts[i] = i > holder ? COUNT : 0;
    for (uint32_t i = 0; i < COUNT; i++) e.children[i] = i * 7 % COUNT;
    for (unsigned threads = 1; threads <= 4; threads++) check(&e, threads);
    edges_free(&e);
  }
}

static void nothing_refers_to_anything(void **state)
{
  (void)state;
  uint64_t seed = 18;
  edges e = random_edges(&seed, 3, 0), none = random_edges(&seed, 0, 0);
  for (unsigned threads = 1; threads <= 4; threads++) {
    check(&e, threads);
    check(&none, threads);
  }
  edges_free(&e);
  edges_free(&none);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_graphs_on_every_number_of_threads),
      cmocka_unit_test(an_object_that_holds_nearly_all_references),
      cmocka_unit_test(nothing_refers_to_anything),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
