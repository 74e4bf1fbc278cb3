/* SPDX-License-Identifier: MIT */
/* Walks against a naive recursion, and deeper than a recursion could go. */
#include "analysis/depth_first.h"

#include "graph/graph.h"
#include "network.h"

enum { MOST = 60 };

/* ---- the naive walk ----------------------------------------------------------------------------- */

typedef struct naive {
  const dryad_graph *graph;
  bool seen[MOST];
  dryad_id order[MOST];
  unsigned count;
  uint64_t size;
} naive;

static void visit(naive *n, dryad_id id)
{
  if (id >= dryad_graph_count(n->graph) || n->seen[id]) return;
  n->seen[id] = true;
  n->order[n->count++] = id;
  n->size += dryad_graph_size(n->graph, id);
  dryad_ids children = dryad_graph_children(n->graph, id);
  for (uint64_t i = 0; i < children.count; i++) visit(n, children.ids[i]);
}

static naive walk_naively(const dryad_graph *graph, const dryad_id *starts, unsigned count, const dryad_id *excluded,
                          unsigned excluded_count)
{
  naive n = {.graph = graph};
  for (unsigned i = 0; i < excluded_count; i++)
    if (excluded[i] < dryad_graph_count(graph)) n.seen[excluded[i]] = true;
  for (unsigned i = 0; i < count; i++) visit(&n, starts[i]);
  return n;
}

static void check(const dryad_graph *graph, const dryad_id *starts, unsigned count, const dryad_id *excluded,
                  unsigned excluded_count)
{
  naive n = walk_naively(graph, starts, count, excluded, excluded_count);
  dryad_walk walk;
  dryad_id id, *ids;
  uint64_t id_count, size;
  assert_int_equal(dryad_walk_init(&walk, graph, starts, count, excluded, excluded_count, NULL), DRYAD_OK);
  for (unsigned i = 0; i < n.count; i++) {
    assert_int_equal(dryad_walk_next(&walk, &id, NULL), DRYAD_OK);
    assert_number(id, n.order[i]);
  }
  for (int again = 0; again < 2; again++) {
    assert_int_equal(dryad_walk_next(&walk, &id, NULL), DRYAD_OK);
    assert_number(id, DRYAD_NONE);
  }
  dryad_walk_deinit(&walk);
  dryad_walk_deinit(&walk);
  dryad_status status =
      dryad_reach(graph, starts, count, excluded, excluded_count, &ids, &id_count, &size, (dryad_progress){0}, NULL);
  assert_int_equal(status, DRYAD_OK);
  assert_number(id_count, n.count);
  assert_number(size, n.size);
  for (unsigned i = 0; i < n.count; i++) {
    if (i > 0) assert_true(ids[i - 1] < ids[i]);
    bool is_reached = false;
    for (unsigned k = 0; k < n.count; k++) is_reached |= n.order[k] == ids[i];
    assert_true(is_reached);
  }
  dryad_free(graph->allocator, ids, id_count, sizeof *ids);
}

/* The objects of `within`, distinct, that the naive walk finds when it leaves out all others. */
static void check_within(const dryad_graph *graph, dryad_ids starts, dryad_ids within)
{
  dryad_id outside[MOST], *ids;
  unsigned outside_count = 0;
  uint64_t id_count, next = 0;
  for (dryad_id id = 0; id < dryad_graph_count(graph); id++) {
    bool is_within = false;
    for (uint64_t i = 0; i < within.count; i++) is_within |= within.ids[i] == id;
    if (!is_within) outside[outside_count++] = id;
  }
  naive n = walk_naively(graph, starts.ids, (unsigned)starts.count, outside, outside_count);
  for (unsigned i = 0; i < outside_count; i++) n.seen[outside[i]] = false;
  assert_int_equal(dryad_reach_within(graph, starts, within, &ids, &id_count, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_number(id_count, n.count);
  for (uint64_t i = 0; i < within.count; i++)
    if (within.ids[i] < dryad_graph_count(graph) && n.seen[within.ids[i]]) assert_number(ids[next++], within.ids[i]);
  assert_number(next, id_count);
  dryad_free(graph->allocator, ids, id_count, sizeof *ids);
}

static void random_heaps_within_some_objects(void **state)
{
  (void)state;
  uint64_t seed = 15;
  for (int round = 0; round < 2000; round++) {
    dryad_heap *heap = random_network(&seed, 1 + random_below(&seed, MOST - 1), 1 + random_below(&seed, 4), 100, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    dryad_id starts[5], within[2 * MOST];
    unsigned all = dryad_graph_count(g) + dryad_graph_missing(g), count = random_below(&seed, 6), within_count = 0;
    unsigned percent = random_below(&seed, 101);
    for (unsigned i = 0; i < count; i++) starts[i] = random_below(&seed, all);
    for (unsigned i = all; i-- > 0 && within_count < 2 * MOST;)
      if (chance(&seed, percent)) within[within_count++] = i;
    check_within(g, (dryad_ids){starts, count}, (dryad_ids){within, within_count});
    dryad_heap_free(heap);
  }
}

static void random_heaps_with_exclusions(void **state)
{
  (void)state;
  uint64_t seed = 14;
  for (int round = 0; round < 2000; round++) {
    dryad_heap *heap = random_network(&seed, 1 + random_below(&seed, MOST - 1), 1 + random_below(&seed, 4), 100, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    dryad_id starts[5], excluded[9];
    unsigned all = dryad_graph_count(g) + dryad_graph_missing(g);
    unsigned count = random_below(&seed, 6), excluded_count = chance(&seed, 50) ? random_below(&seed, 10) : 0;
    for (unsigned i = 0; i < count; i++) starts[i] = random_below(&seed, all);
    for (unsigned i = 0; i < excluded_count; i++) excluded[i] = random_below(&seed, all);
    check(g, starts, count, excluded, excluded_count);
    dryad_heap_free(heap);
  }
}

static void an_excluded_start_reaches_nothing(void **state)
{
  (void)state;
  uint64_t seed = 15;
  dryad_heap *heap = random_network(&seed, 20, 3, 100, NULL);
  dryad_id start = 4, *ids;
  uint64_t count = 9, size = 9;
  dryad_status status =
      dryad_reach(dryad_heap_graph(heap), &start, 1, &start, 1, &ids, &count, &size, (dryad_progress){0}, NULL);
  assert_int_equal(status, DRYAD_OK);
  assert_number(count, 0);
  assert_number(size, 0);
  dryad_free(dryad_heap_graph(heap)->allocator, ids, 0, sizeof *ids);
  dryad_heap_free(heap);
}

static void a_walk_keeps_its_graph(void **state)
{
  (void)state;
  uint64_t seed = 16;
  dryad_heap *heap = random_network(&seed, 5, 3, 100, NULL);
  dryad_walk walk;
  dryad_id start = 2, id;
  assert_int_equal(dryad_walk_init(&walk, dryad_heap_graph(heap), &start, 1, NULL, 0, NULL), DRYAD_OK);
  dryad_heap_free(heap);
  assert_int_equal(dryad_walk_next(&walk, &id, NULL), DRYAD_OK);
  assert_int_equal(id, 2);
  dryad_walk_deinit(&walk);
}

/* ---- a million ---------------------------------------------------------------------------------- */

enum { MILLION = 1000000 };

/* The second reference, to itself, keeps the walk from forgetting the object when it goes on to the first. */
static void add_object(dump_text *t, unsigned i, unsigned ref)
{
  text_add(t, "{\"address\": %u, \"type\": \"node\", \"size\": 3, \"refs\": [%u, %u]}\n", i, ref, i);
}

static bool count_calls(void *context, const char *stage, uint64_t done, uint64_t total)
{
  unsigned *left = context;
  assert_string_equal(stage, "walking");
  assert_true(done > 0 && done <= total && total == MILLION);
  return (*left)-- > 0;
}

static void assert_reaches_all(const dryad_graph *g, dryad_id start)
{
  uint64_t count, size;
  dryad_id *ids;
  dryad_status status = dryad_reach(g, &start, 1, NULL, 0, &ids, &count, &size, (dryad_progress){0}, NULL);
  assert_int_equal(status, DRYAD_OK);
  assert_number(count, MILLION);
  assert_number(size, 3 * (uint64_t)MILLION);
  for (dryad_id i = 0; i < MILLION; i++)
    if (ids[i] != i) fail_msg("%u is not %u", ids[i], i);
  dryad_free(g->allocator, ids, count, sizeof *ids);
}

static void a_chain_of_a_million(void **state)
{
  (void)state;
  dump_text t = {0};
  for (unsigned i = 0; i < MILLION; i++) add_object(&t, i, (i + 1) % MILLION);
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_reaches_all(g, MILLION / 2);
  dryad_error error;
  for (unsigned calls = 0; calls < 3; calls++) {
    unsigned left = calls;
    dryad_id start = 0, *ids = NULL;
    dryad_progress progress = {count_calls, &left};
    assert_int_equal(dryad_reach(g, &start, 1, NULL, 0, &ids, NULL, NULL, progress, &error), DRYAD_CANCELLED);
    assert_int_equal(error.status, DRYAD_CANCELLED);
    assert_null(ids);
  }
  dryad_heap_free(heap);
}

static void a_star_of_a_million(void **state)
{
  (void)state;
  dump_text t = {0};
  text_add(&t, "{\"address\": 0, \"type\": \"list\", \"size\": 3, \"refs\": [1");
  for (unsigned i = 2; i < MILLION; i++) text_add(&t, ", %u", i);
  text_add(&t, "]}\n");
  for (unsigned i = 1; i < MILLION; i++) add_object(&t, i, 0);
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_number(dryad_graph_parents(g, 0).count, MILLION - 1);
  assert_reaches_all(g, 0);
  assert_reaches_all(g, MILLION - 1);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_heaps_with_exclusions),
      cmocka_unit_test(random_heaps_within_some_objects),
      cmocka_unit_test(an_excluded_start_reaches_nothing),
      cmocka_unit_test(a_walk_keeps_its_graph),
      cmocka_unit_test(a_chain_of_a_million),
      cmocka_unit_test(a_star_of_a_million),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
