/* SPDX-License-Identifier: MIT */
/* The objects of each type, against a search of all objects. */
#include "graph/type_index.h"

#include "changes.h"
#include "graph/idlist.h"
#include "naive.h"
#include "network.h"
#include "same_graph.h"

static void check(const dryad_type_index *index, const dryad_graph *g)
{
  uint64_t all = 0;
  assert_number(index->type_count, dryad_graph_type_count(g));
  assert_number(index->count, dryad_graph_count(g));
  for (uint32_t type = 0; type < index->type_count; type++) {
    dryad_id *expected;
    uint64_t count;
    dryad_ids ids = dryad_type_index_ids(index, type);
    assert_int_equal(dryad_ids_of_type(g, type, &expected, &count, NULL), DRYAD_OK);
    assert_true(same_ids(ids, (dryad_ids){expected, count}));
    dryad_free(g->allocator, expected, count, sizeof *expected);
    all += ids.count;
  }
  assert_number(all, dryad_graph_count(g));
  for (uint32_t type = 0; type < index->type_count; type++)
    assert_number(dryad_type_index_find(index, g, dryad_graph_type_name(g, type)), type);
  assert_number(dryad_type_index_find(index, g, text_from("no such type")), DRYAD_NONE);
  for (uint32_t i = 1; i < index->type_count; i++) {
    dryad_text before = dryad_graph_type_name(g, index->by_name[i - 1]);
    dryad_text after = dryad_graph_type_name(g, index->by_name[i]);
    size_t shorter = before.length < after.length ? before.length : after.length;
    int order = memcmp(before.data, after.data, shorter);
    assert_true(order < 0 || (order == 0 && before.length < after.length));
  }
}

static void the_objects_of_each_type_are_those_of_a_search(void **state)
{
  (void)state;
  uint64_t seed = 1;
  for (unsigned round = 0; round < 300; round++) {
    dryad_heap *heap =
        chance(&seed, 20) ? random_network(&seed, 2000, 2, 10, NULL) : load_random_graph(&seed, MODEL_OBJECTS);
    const dryad_type_index *index;
    assert_int_equal(dryad_heap_type_index(heap, &index, NULL), DRYAD_OK);
    check(index, dryad_heap_graph(heap));
    dryad_heap_free(heap);
  }
}

static void names_are_in_the_order_of_their_bytes(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("b; a; ab; B; abc; b");
  const dryad_type_index *index;
  const char *const expected[] = {"B", "a", "ab", "abc", "b"};
  assert_int_equal(dryad_heap_type_index(heap, &index, NULL), DRYAD_OK);
  assert_number(index->type_count, 5);
  for (unsigned i = 0; i < 5; i++)
    assert_true(same_text(dryad_graph_type_name(dryad_heap_graph(heap), index->by_name[i]), text_from(expected[i])));
  dryad_heap_free(heap);
}

static void a_type_that_came_later_has_no_objects(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("a; b");
  const dryad_type_index *first, *second;
  assert_int_equal(dryad_heap_type_index(heap, &first, NULL), DRYAD_OK);
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_new_object(change, 7, "c", 1);
  apply(heap, change);
  assert_int_equal(dryad_heap_type_index(heap, &second, NULL), DRYAD_OK);
  assert_ptr_not_equal(first, second);
  assert_number(dryad_type_index_ids(first, 2).count, 0);
  assert_number(dryad_type_index_ids(first, DRYAD_NONE).count, 0);
  assert_number(dryad_type_index_ids(second, 2).count, 1);
  check(second, dryad_heap_graph(heap));
  assert_true(dryad_heap_undo(heap));
  assert_int_equal(dryad_heap_type_index(heap, &second, NULL), DRYAD_OK);
  assert_ptr_equal(first, second);
  dryad_heap_free(heap);
}

static void versions_of_one_graph_share_their_index(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("a; b");
  const dryad_type_index *first, *second;
  apply_pin(heap, 0);
  apply_mark(heap, 1, 5);
  assert_int_equal(dryad_heap_type_index(heap, &first, NULL), DRYAD_OK);
  while (dryad_heap_undo(heap)) {
    assert_int_equal(dryad_heap_type_index(heap, &second, NULL), DRYAD_OK);
    assert_ptr_equal(first, second);
  }
  dryad_heap_free(heap);
}

static void no_objects_have_no_types(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("a");
  const dryad_type_index *index;
  apply_delete(heap, 0);
  assert_int_equal(dryad_heap_type_index(heap, &index, NULL), DRYAD_OK);
  check(index, dryad_heap_graph(heap));
  assert_number(dryad_type_index_ids(index, 0).count, 0);
  dryad_type_index_free(NULL);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_objects_of_each_type_are_those_of_a_search),
      cmocka_unit_test(names_are_in_the_order_of_their_bytes),
      cmocka_unit_test(a_type_that_came_later_has_no_objects),
      cmocka_unit_test(versions_of_one_graph_share_their_index),
      cmocka_unit_test(no_objects_have_no_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
