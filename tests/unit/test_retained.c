/* What the objects of each type retain, added up by hand. */
#include "core/retained.h"

#include "naive.h"

static const dryad_progress none = {0};

static void objects_are_added_by_type_as_often_as_they_are_named(void **state)
{
  (void)state;
  uint64_t seed = 94;
  for (int round = 0; round < 1000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    const dryad_graph *g = dryad_heap_graph(heap);
    const dryad_dominators *d;
    dryad_id ids[60];
    unsigned count = random_ids(&seed, g, ids, 60);
    dryad_retained_row rows[NAIVE_MOST] = {{0}};
    assert_in_range(dryad_graph_type_count(g), 1, NAIVE_MOST);
    assert_int_equal(dryad_heap_dominators(heap, &d, none, NULL), DRYAD_OK);
    /* In two parts, for rows may have something already. */
    unsigned first = random_below(&seed, count + 1);
    dryad_retained_by_type(rows, g, d, (dryad_ids){ids, first});
    dryad_retained_by_type(rows, g, d, (dryad_ids){ids + first, count - first});
    for (uint32_t type = 0; type < dryad_graph_type_count(g); type++) {
      uint64_t objects = 0, size = 0, retained = 0;
      for (unsigned i = 0; i < count; i++) {
        if (ids[i] >= dryad_graph_count(g) || dryad_graph_type(g, ids[i]) != type) continue;
        objects++;
        size += dryad_graph_size(g, ids[i]);
        retained += dryad_dominators_retained(d, ids[i]);
        if (size > INT64_MAX) size = INT64_MAX;
        if (retained > INT64_MAX) retained = INT64_MAX;
      }
      assert_number(rows[type].count, objects);
      assert_number(rows[type].size, size);
      assert_number(rows[type].retained, retained);
    }
    dryad_heap_free(heap);
  }
}

/* Each object retains what follows it. */
static void a_chain_counts_what_is_below_again(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1; dict 2; list 3; list");
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_dominators *d;
  const dryad_id ids[] = {0, 1, 2, 3};
  dryad_retained_row rows[2] = {{0}};
  assert_int_equal(dryad_heap_dominators(heap, &d, none, NULL), DRYAD_OK);
  dryad_retained_by_type(rows, g, d, (dryad_ids){ids, 4});
  uint32_t list = dryad_graph_find_type(g, "list", 4), dict = dryad_graph_find_type(g, "dict", 4);
  assert_number(rows[list].count, 3);
  assert_number(rows[list].size, 1 + 4 + 8);
  assert_number(rows[list].retained, 15 + 12 + 8);
  assert_number(rows[dict].count, 1);
  assert_number(rows[dict].retained, 14);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(objects_are_added_by_type_as_often_as_they_are_named),
      cmocka_unit_test(a_chain_counts_what_is_below_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
