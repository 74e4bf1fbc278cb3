/* SPDX-License-Identifier: MIT */
/* Generations of ancestors, against memsee's rules worked out over a table of rows. */
#include "analysis/ancestors.h"

#include "generated.h"
#include "graph/graph.h"
#include "naive.h"
#include "same_graph.h"

static const dryad_progress none = {0};

/* ---- the rules over a table --------------------------------------------------------------------- */

enum { START = NAIVE_MOST };

/* Which pairs of a referrer and a child (START: none) are in the table, by generation. */
typedef struct table {
  int generations[NAIVE_MOST][NAIVE_MOST + 1]; /* -1: not there */
  uint64_t pairs[NAIVE_MOST + 2];              /* by step */
  unsigned steps;
} table;

static bool came_with(const table *t, unsigned id, int generation)
{
  for (unsigned child = 0; child <= START; child++)
    if (t->generations[id][child] == generation) return true;
  return false;
}

static void fill(table *t, const naive *n, uint64_t starts, uint64_t stopped)
{
  memset(t->generations, -1, sizeof t->generations);
  t->steps = 0;
  FOR_EACH(id, starts) t->generations[id][START] = 0;
  for (int generation = 0;; generation++) {
    uint64_t added = 0;
    for (unsigned child = 0; child < n->count; child++) {
      if (has(stopped, child) || !came_with(t, child, generation)) continue;
      for (unsigned parent = 0; parent < n->count; parent++) {
        if (!has(n->refs[parent], child) || t->generations[parent][child] >= 0) continue;
        t->generations[parent][child] = generation + 1;
        added++;
      }
    }
    if (!added) return;
    t->pairs[t->steps++] = added;
  }
}

static int generation_of(const table *t, unsigned id)
{
  int largest = -1;
  for (unsigned child = 0; child <= START; child++)
    if (t->generations[id][child] > largest) largest = t->generations[id][child];
  return largest;
}

static uint64_t count_of_type(const table *t, const naive *n, int generation, uint32_t type)
{
  uint64_t count = 0;
  for (unsigned id = 0; id < n->count; id++)
    count += generation_of(t, id) == generation && dryad_graph_type(n->graph, id) == type;
  return count;
}

static void assert_ancestors(const dryad_ancestors *a, const table *t, const naive *n)
{
  uint64_t objects = 0, expected = 0;
  for (uint64_t i = 0; i < a->row_count; i++) {
    const dryad_ancestor_row *row = &a->rows[i];
    assert_true(row->count > 0);
    assert_number(row->count, count_of_type(t, n, (int)row->generation, row->type));
    objects += row->count;
    if (i == 0) continue;
    const dryad_ancestor_row *before = &a->rows[i - 1];
    dryad_text name = dryad_graph_type_name(n->graph, row->type);
    assert_true(before->generation < row->generation ||
                (before->generation == row->generation &&
                 dryad_text_compare(dryad_graph_type_name(n->graph, before->type), name) < 0));
  }
  for (unsigned id = 0; id < n->count; id++) expected += generation_of(t, id) >= 0;
  assert_number(objects, expected);
  assert_number(a->pairs.count, t->steps);
  for (unsigned i = 0; i < t->steps; i++) assert_number(((const uint64_t *)a->pairs.counts.data)[i], t->pairs[i]);
}

static void generations_are_those_of_the_table(void **state)
{
  (void)state;
  uint64_t seed = 1;
  for (unsigned round = 0; round < 3000; round++) {
    dryad_heap *heap = load_random_graph(&seed, MODEL_OBJECTS);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive n = naive_of(g);
    dryad_id ids[6];
    dryad_ids starts = {ids, random_ids(&seed, g, ids, 6)};
    bool stops[32] = {false};
    uint64_t stopped = 0;
    assert_in_range(dryad_graph_type_count(g), 1, 32);
    if (chance(&seed, 60)) stops[random_below(&seed, dryad_graph_type_count(g))] = true;
    for (dryad_id id = 0; id < n.count; id++)
      if (stops[dryad_graph_type(g, id)]) stopped |= bit(id);
    table t;
    fill(&t, &n, naive_set(&n, starts), stopped);
    dryad_ancestors found;
    assert_int_equal(dryad_ancestors_find(&found, g, starts, stops, none, NULL), DRYAD_OK);
    assert_ancestors(&found, &t, &n);
    dryad_ancestors_deinit(&found);
    dryad_heap_free(heap);
  }
}

/* ---- by hand ----------------------------------------------------------------------------------- */

typedef struct expected_row {
  uint64_t generation;
  const char *type;
  uint64_t count;
} expected_row;

static void assert_rows(const char *sketch, dryad_id start, const char *stop, const expected_row *rows, unsigned count)
{
  dryad_heap *heap = load_sketch(sketch);
  const dryad_graph *g = dryad_heap_graph(heap);
  bool stops[32] = {false};
  uint32_t type = dryad_graph_find_type(g, stop, strlen(stop));
  if (type != DRYAD_NONE) stops[type] = true;
  dryad_ancestors found;
  assert_int_equal(dryad_ancestors_find(&found, g, (dryad_ids){&start, 1}, stops, none, NULL), DRYAD_OK);
  assert_number(found.row_count, count);
  for (unsigned i = 0; i < count; i++) {
    assert_number(found.rows[i].generation, rows[i].generation);
    assert_text_is(dryad_graph_type_name(g, found.rows[i].type), rows[i].type);
    assert_number(found.rows[i].count, rows[i].count);
  }
  dryad_ancestors_deinit(&found);
  dryad_ancestors_deinit(&found);
  dryad_heap_free(heap);
}

static void a_referrer_is_of_the_last_generation_that_leads_to_it(void **state)
{
  (void)state;
  const expected_row rows[] = {{0, "str", 1}, {1, "tuple", 1}, {2, "list", 1}};
  assert_rows("str; tuple 0; list 0 1", 0, "", rows, 3);
}

static void a_start_in_a_ring_is_of_the_generation_that_closes_it(void **state)
{
  (void)state;
  const expected_row rows[] = {{1, "list", 1}, {2, "dict", 1}};
  assert_rows("dict 1; list 0", 0, "", rows, 2);
}

static void stop_types_are_found_and_not_walked_beyond(void **state)
{
  (void)state;
  const expected_row rows[] = {{0, "str", 1}, {1, "list", 2}, {1, "module", 1}, {2, "tuple", 1}};
  assert_rows("str; module 0; list 0; list 0; set 1; tuple 2", 0, "module", rows, 4);
}

static void a_start_of_a_stop_type_is_all(void **state)
{
  (void)state;
  const expected_row rows[] = {{0, "module", 1}};
  assert_rows("module; list 0", 0, "module", rows, 1);
}

static dryad_status climb(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id last = g->count - 1;
  const bool stops[8] = {false};
  dryad_ancestors found;
  dryad_status status = dryad_ancestors_find(&found, g, (dryad_ids){&last, 1}, stops, progress, error);
  if (!status) assert_number(found.row_count, g->count);
  dryad_ancestors_deinit(&found);
  return status;
}

static void a_chain_is_climbed_to_its_top(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_chain, A_MILLION, NULL);
  assert_int_equal(climb(heap, none, NULL), DRYAD_OK);
  dryad_heap_free(heap);
}

static void climbing_can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_chain, climb);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(generations_are_those_of_the_table),
      cmocka_unit_test(a_referrer_is_of_the_last_generation_that_leads_to_it),
      cmocka_unit_test(a_start_in_a_ring_is_of_the_generation_that_closes_it),
      cmocka_unit_test(stop_types_are_found_and_not_walked_beyond),
      cmocka_unit_test(a_start_of_a_stop_type_is_all),
      cmocka_unit_test(a_chain_is_climbed_to_its_top),
      cmocka_unit_test(climbing_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
